package org.jdmsetup.ioctl.driver;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the engine's daemon: this JVM and this class path, with the run directory as its working
 * directory, its standard error appended to the log there. The one line that it writes to its
 * standard output says that it is ready, or why it has given up.
 */
public class EngineProcess {
  public static final String MAIN_CLASS = "org.jdmsetup.engine.Daemon";
  private static final long TIMEOUT_SECONDS = 60;
  private static final String READY = "ready";

  /** The first JDK of which the option that permits native calls is a permanent part. */
  private static final int FIRST_WITH_NATIVE_ACCESS = 22;

  /**
   * Starts a daemon and waits until it listens or gives up.
   *
   * @return empty if it listens, else the reason that it gave
   * @throws IOException if it cannot be started or says nothing for a minute
   */
  String start(RunDirectory directory) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(directory))
            .directory(directory.path().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.log().toFile()))
            .start();
    String line = firstLine(process);
    if (line == null) {
      return "the engine's daemon ended without a word";
    }
    return line.equals(READY) ? "" : line;
  }

  private static String firstLine(Process process) throws IOException, InterruptedException {
    // The daemon closes its end after the line; a watchdog ends one that hangs before it.
    Thread watchdog = new Thread(() -> endIfSilent(process), "engine-start");
    watchdog.setDaemon(true);
    watchdog.start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      return reader.readLine();
    } finally {
      watchdog.interrupt();
      watchdog.join();
    }
  }

  private static void endIfSilent(Process process) {
    try {
      TimeUnit.SECONDS.sleep(TIMEOUT_SECONDS);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      // the line has come
    }
  }

  private static List<String> command(RunDirectory directory) {
    String home = System.getProperty("jdmsetup.home", "");
    if (!home.isEmpty()) {
      return List.of(home + "/lib/engine", directory.path().toString());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xss512k"));
    if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    String jffi = System.getProperty("jffi.boot.library.path");
    if (jffi != null) {
      command.add("-Djffi.boot.library.path=" + jffi);
    }
    command.addAll(List.of("-cp", classPath(), MAIN_CLASS, directory.path().toString()));
    return command;
  }

  /** This JVM's class path, its entries made absolute because the daemon starts elsewhere. */
  private static String classPath() {
    StringBuilder absolute = new StringBuilder();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (absolute.length() > 0) {
        absolute.append(File.pathSeparatorChar);
      }
      absolute.append(new File(entry).getAbsolutePath());
    }
    return absolute.toString();
  }
}
