package org.jdmsetup.it.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.it.world.Recording;

/** Runs commands as processes, found by the PATH of this one. */
final class ProcessTool implements Tool {
  private static final int LIMIT_SECONDS = 30;

  @Override
  public Recording.Result run(List<String> words, String input, Map<String, String> environment)
      throws IOException, InterruptedException {
    // Files, not pipes: a background child of the command may keep a pipe open.
    Path out = Files.createTempFile("jdmsetup", ".out");
    Path err = Files.createTempFile("jdmsetup", ".err");
    Path in = Files.createTempFile("jdmsetup", ".in");
    try {
      Files.writeString(in, input);
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
      builder.environment().putAll(environment);
      builder.redirectInput(in.toFile());
      builder.redirectOutput(out.toFile());
      builder.redirectError(err.toFile());
      Process process = builder.start();
      int status = Recording.LATE;
      if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        status = process.exitValue();
      } else {
        process.destroyForcibly();
      }
      return new Recording.Result(
          status,
          new String(Files.readAllBytes(out), UTF_8),
          new String(Files.readAllBytes(err), UTF_8));
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }
}
