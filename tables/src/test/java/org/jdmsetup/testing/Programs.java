package org.jdmsetup.testing;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Programs that a test runs to their end. Their output goes to files: a process that they leave
 * behind might keep a pipe open.
 */
public final class Programs {
  /** The status of a program that did not end in time. */
  public static final int LATE = -1;

  private static final int LIMIT_SECONDS = 60;

  private Programs() {}

  /** What a program did: its exit status or {@link #LATE}, and what it printed to each stream. */
  public record Result(int status, String out, String err) {}

  /**
   * Runs a command that must succeed; what it printed to both streams.
   *
   * @throws IOException if it fails or hangs; the message has what it printed
   */
  public static String run(String... command) throws IOException, InterruptedException {
    Result result = tryRun(command);
    if (result.status() != 0) {
      throw new IOException(
          String.join(" ", command) + ": status " + result.status() + "\n" + result.out());
    }
    return result.out();
  }

  /**
   * Runs a command; what it printed to both streams is {@link Result#out}.
   *
   * @throws IOException if it hangs
   */
  public static Result tryRun(String... command) throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    Result result = run(program, "", StandardCharsets.UTF_8, LIMIT_SECONDS);
    if (result.status() == LATE) {
      throw new IOException(String.join(" ", command) + " hangs: " + result.out());
    }
    return result;
  }

  /**
   * Runs a program, and kills it when its time is over.
   *
   * @param input what it reads on its standard input
   * @param charset of what it reads and prints
   */
  public static Result run(ProcessBuilder program, String input, Charset charset, int seconds)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile("jdmsetup", ".in");
    Path out = Files.createTempFile("jdmsetup", ".out");
    Path err = Files.createTempFile("jdmsetup", ".err");
    try {
      Files.writeString(in, input, charset);
      program.redirectInput(in.toFile()).redirectOutput(out.toFile());
      if (!program.redirectErrorStream()) {
        program.redirectError(err.toFile());
      }
      Process process = program.start();
      int status = LATE;
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        status = process.exitValue();
      } else {
        process.destroyForcibly();
      }
      return new Result(status, text(out, charset), text(err, charset));
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file, Charset charset) throws IOException {
    return new String(Files.readAllBytes(file), charset);
  }
}
