package org.jdmsetup.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The real kernel, booted once for the suite: all that the tests want done in it is done in one go,
 * and the tests look at what came of it.
 */
final class KernelWorld {
  /**
   * Shell scripts of the guest folder that run there after the cases, with our dmsetup on the PATH.
   */
  private static final List<String> SCRIPTS =
      List.of("tutorial", "launcher", "interrupt", "cuse", "udev", "choice");

  /** The paths of the cases' disks in the guest. */
  static final List<String> DISKS = List.of("/dev/loop1", "/dev/loop2", "/dev/loop3", "/dev/loop4");

  private static final Duration LIMIT = Duration.ofMinutes(25);

  private static KernelWorld world;

  private final Recording recording;
  private final Guest.Outcome outcome;
  private final List<ScriptResult> scripts;

  private record ScriptResult(String name, Recording.Result result) {}

  private KernelWorld(Recording recording, Guest.Outcome outcome, List<ScriptResult> scripts) {
    this.recording = recording;
    this.outcome = outcome;
    this.scripts = scripts;
  }

  /** The world, booted by the first who asks. */
  static synchronized KernelWorld get() {
    Requirement.kernel();
    if (world == null) {
      try {
        world = boot();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    return world;
  }

  /** What the cases did. */
  Recording recording() {
    return recording;
  }

  /** What a script of {@link #SCRIPTS} did. */
  Recording.Result script(String name) {
    return scripts.stream()
        .filter(script -> script.name().equals(name))
        .findAny()
        .orElseThrow()
        .result();
  }

  /** Why there are no results, where there should be: for a test's message. */
  String obituary() {
    return (outcome.died() ? "The guest died. Its console ends:\n" + outcome.consoleTail() : "")
        + "\nThe guest's job: status %d\n%s%s"
            .formatted(outcome.status(), outcome.out(), outcome.err());
  }

  private static KernelWorld boot() throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("jdmsetup-kernel");
    try {
      StringBuilder job = new StringBuilder();
      setting(job, "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
      setting(job, "JVM", Guest.JVM_FLAGS);
      setting(job, "CASES", System.getProperty("it.cases", ""));
      setting(job, "CASE_CLASSES", System.getProperty("java.class.path"));
      setting(job, "DIST", Product.directory().toString());
      setting(job, "DISKS", String.join(" ", DISKS));
      setting(job, "SIZES", Disks.SECTORS.stream().map(Object::toString).collect(joining(" ")));
      setting(job, "SCRIPTS", String.join(" ", SCRIPTS));
      for (String script : SCRIPTS) {
        Files.writeString(
            scratch.resolve(script + ".sh"), Resources.text("/guest/" + script + ".sh"));
      }
      Guest.Outcome outcome =
          Guest.run(
              scratch, List.of("dm-mod", "loop"), job + Resources.text("/guest/job.sh"), LIMIT);
      List<ScriptResult> scripts = new ArrayList<>();
      for (String script : SCRIPTS) {
        scripts.add(new ScriptResult(script, result(scratch, script)));
      }
      Recording.Result driver = result(scratch, "cases");
      Guest.Outcome whole =
          new Guest.Outcome(
              outcome.status(),
              outcome.out() + "\ncases: status " + driver.status() + "\n" + driver.out(),
              outcome.err() + driver.err(),
              outcome.console());
      return new KernelWorld(Recording.read(scratch.resolve("results")), whole, scripts);
    } finally {
      Trees.delete(scratch);
    }
  }

  private static void setting(StringBuilder job, String name, String value) {
    job.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n");
  }

  private static Recording.Result result(Path scratch, String name) throws IOException {
    String status = read(scratch.resolve(name + ".rc")).strip();
    return new Recording.Result(
        status.isEmpty() ? Guest.DIED : Integer.parseInt(status),
        read(scratch.resolve(name + ".out")),
        read(scratch.resolve(name + ".err")));
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
  }
}
