package org.jdmsetup.it.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jdmsetup.testing.Programs;

/** Runs commands as processes, found by the PATH of this one. */
final class ProcessTool implements Tool {
  private static final int LIMIT_SECONDS = 30;

  @Override
  public Programs.Result run(List<String> words, String input, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(words);
    program.environment().keySet().removeIf(name -> !name.equals("PATH"));
    program.environment().putAll(environment);
    return Programs.run(program, input, UTF_8, LIMIT_SECONDS);
  }
}
