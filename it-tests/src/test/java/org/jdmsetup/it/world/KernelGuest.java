package org.jdmsetup.it.world;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/**
 * One guest of {@link KernelWorld}, after it has run: what its share of the cases did, and then its
 * scripts, shell scripts of the guest folder, with our dmsetup on the PATH.
 */
public record KernelGuest(
    Recording recording, Map<String, Programs.Result> scripts, String explanation) {
  /** The paths of the cases' disks in the guest. */
  public static final List<String> DISKS =
      List.of("/dev/loop1", "/dev/loop2", "/dev/loop3", "/dev/loop4");

  private static final Duration LIMIT = Duration.ofMinutes(25);

  /** Boots a guest and waits until all is done. */
  static KernelGuest run(Share share, List<String> scripts)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("jdmsetup-kernel");
    try {
      StringBuilder job = new StringBuilder();
      setting(job, "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
      setting(job, "JVM", Guest.JVM_FLAGS);
      setting(job, "CASES", System.getProperty("it.cases", ""));
      setting(job, "SHARE", share.toString());
      setting(job, "CASE_CLASSES", System.getProperty("java.class.path"));
      setting(job, "DIST", Product.directory().toString());
      setting(job, "DISKS", String.join(" ", DISKS));
      setting(job, "SIZES", Disks.SECTORS.stream().map(Object::toString).collect(joining(" ")));
      setting(job, "SCRIPTS", String.join(" ", scripts));
      for (String script : scripts) {
        Files.writeString(
            scratch.resolve(script + ".sh"), Resources.text("/guest/" + script + ".sh"));
      }
      Guest.Outcome outcome =
          Guest.run(
              scratch, List.of("dm-mod", "loop"), job + Resources.text("/guest/job.sh"), LIMIT);
      Map<String, Programs.Result> results = new HashMap<>();
      for (String script : scripts) {
        results.put(script, result(scratch, script));
      }
      Path recorded = scratch.resolve("results");
      if (Files.exists(recorded)) {
        Files.copy(recorded, kept(share), StandardCopyOption.REPLACE_EXISTING);
      }
      return new KernelGuest(
          Recording.read(recorded), results, explanation(share, outcome, result(scratch, "cases")));
    } finally {
      Trees.delete(scratch);
    }
  }

  /** Where the recording of a share stays for later runs. */
  static Path kept(Share share) {
    return Path.of("target", "kernel-recording-" + share.number());
  }

  private static String explanation(Share share, Guest.Outcome outcome, Programs.Result driver) {
    return (outcome.died() ? "The guest died. Its console ends:\n" + outcome.consoleTail() : "")
        + "\nThe job of guest %s: status %d\n%s%s\nIts cases: status %d\n%s%s"
            .formatted(
                share,
                outcome.status(),
                outcome.out(),
                outcome.err(),
                driver.status(),
                driver.out(),
                driver.err());
  }

  private static void setting(StringBuilder job, String name, String value) {
    job.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n");
  }

  private static Programs.Result result(Path scratch, String name) throws IOException {
    String status = Guest.read(scratch.resolve(name + ".rc")).strip();
    return new Programs.Result(
        status.isEmpty() ? Guest.DIED : Integer.parseInt(status),
        Guest.read(scratch.resolve(name + ".out")),
        Guest.read(scratch.resolve(name + ".err")));
  }
}
