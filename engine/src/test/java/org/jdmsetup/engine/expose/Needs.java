package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.expose.loop.LoopExposure;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: skipped without it, or failed with {@code it.required}. */
public final class Needs {

  private Needs() {}

  public static void that(boolean present, String reason) {
    if (!present && Boolean.getBoolean("it.required")) {
      Assertions.fail("required here: " + reason);
    }
    Assumptions.assumeTrue(present, reason);
  }

  public static void blockDevices() {
    String reason = LoopExposure.unavailable();
    that(reason == null, "loop devices on FUSE: " + reason);
  }

  public static void tools(String... names) {
    for (String name : names) {
      boolean found = false;
      for (String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
        found |= Files.isExecutable(Path.of(directory, name));
      }
      that(found, "the program " + name);
    }
  }

  /** Runs a command that must succeed; its output. */
  public static String run(String... command) throws IOException, InterruptedException {
    Result result = tryRun(command);
    Assertions.assertEquals(0, result.status(), () -> String.join(" ", command) + "\n" + result);
    return result.output();
  }

  /** What a command printed to both streams, and its exit status. */
  public record Result(int status, String output) {}

  public static Result tryRun(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        Assertions.fail(String.join(" ", command) + " hangs: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
