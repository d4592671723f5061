package org.jdmsetup.it.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/**
 * A user-mode Linux: a real kernel with the real device mapper, run as an ordinary process on the
 * host's own root file system (read-only, writes go to memory). It boots, runs one shell script as
 * root, and halts, in about three seconds plus the script's time.
 *
 * <p>Its kernel and each of its processes are processes here that wait for each other at every
 * system call. Kept together on one processor they are two to four times as fast.
 *
 * <p>The scratch directory is the host's own, at the same path inside; {@code $SCRATCH} names it.
 * There is no udev and no network inside, and one CPU.
 */
public final class Guest {
  /** What the exit status is when the kernel died or did not finish in time. */
  public static final int DIED = 125;

  /**
   * For a JVM inside. Old frames of the guest's signals may not hold what AVX-512 would put there.
   */
  public static final String JVM_FLAGS =
      "-XX:UseAVX=2 -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Djdk.lang.Process.launchMechanism=VFORK";

  private static final Path KERNEL = Path.of("/usr/bin/linux.uml");
  private static final Path MODULES = Path.of("/usr/lib/uml/modules");
  private static final int CONSOLE_TAIL = 40;
  private static final AtomicInteger GUESTS = new AtomicInteger();

  private Guest() {}

  /** What came of a script: its exit status and output, and the kernel's console. */
  public record Outcome(int status, String out, String err, String console) {
    public boolean died() {
      return status == DIED;
    }

    /** The last lines of the console: the panic, if there was one. */
    public String consoleTail() {
      List<String> lines = console.lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - CONSOLE_TAIL), lines.size()));
    }
  }

  /** Whether this machine has a kernel to boot. */
  static boolean available() {
    return Files.isExecutable(KERNEL)
        && Files.isDirectory(MODULES)
        && Files.isExecutable(Path.of("/usr/bin/busybox"));
  }

  /**
   * Boots, runs the script with /bin/sh, halts.
   *
   * @param scratch an existing directory whose path has neither blanks nor commas
   * @param modules kernel modules to load first
   * @param limit after this time the guest is killed and the status is {@link #DIED}
   */
  public static Outcome run(Path scratch, List<String> modules, String script, Duration limit)
      throws IOException, InterruptedException {
    Path boot = Files.createTempDirectory("jdmsetup-guest");
    try {
      Path kernelModules = kernelModules();
      Files.writeString(
          boot.resolve("guest.env"),
          "SCRATCH='%s' MODULES='%s' PRELOAD='%s'\n"
              .formatted(scratch, kernelModules, String.join(" ", modules)));
      executable(boot.resolve("init"), Resources.text("/guest/init.sh"));
      executable(
          boot.resolve("modprobe"),
          "#!/bin/sh\nexec /usr/sbin/chroot /mnt/root /sbin/modprobe \"$@\"\n");
      Files.writeString(scratch.resolve("job"), script);
      for (String stale : List.of("out", "err", "rc")) {
        Files.deleteIfExists(scratch.resolve(stale));
      }
      ProcessBuilder builder =
          new ProcessBuilder(
                  "timeout",
                  "--kill-after=5",
                  Long.toString(limit.toSeconds()),
                  "taskset",
                  "--cpu-list",
                  Integer.toString(processor(GUESTS.getAndIncrement())),
                  KERNEL.toString(),
                  "mem=1024M",
                  "uml_dir=" + boot,
                  "umid=guest",
                  "rootfstype=hostfs",
                  "root=/dev/root",
                  "hostfs=/",
                  "ro",
                  "quiet",
                  "init=" + boot.resolve("init"),
                  "con=null",
                  "con0=null,fd:1",
                  "ssl=null")
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile());
      builder.environment().put("LD_PRELOAD", xstate(boot).toString());
      Process kernel = builder.start();
      // A pipe, never a file: the kernel's console driver cannot poll a regular file.
      String console = new String(kernel.getInputStream().readAllBytes(), UTF_8);
      kernel.waitFor();
      String status = read(scratch.resolve("rc")).strip();
      return new Outcome(
          status.isEmpty() ? DIED : Integer.parseInt(status),
          read(scratch.resolve("out")),
          read(scratch.resolve("err")),
          console);
    } finally {
      Trees.delete(boot);
    }
  }

  /** A processor that this process may run on: another one each time, while there are others. */
  private static int processor(int turn) throws IOException {
    String key = "Cpus_allowed_list:";
    String list =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(key))
            .map(line -> line.substring(key.length()).strip())
            .findAny()
            .orElseThrow();
    int[] processors =
        Stream.of(list.split(","))
            .map(range -> Stream.of(range.split("-")).mapToInt(Integer::parseInt).toArray())
            .flatMapToInt(range -> IntStream.rangeClosed(range[0], range[range.length - 1]))
            .toArray();
    return processors[turn % processors.length];
  }

  /** Compiles what the guest's kernel needs on a processor newer than itself. */
  private static Path xstate(Path directory) throws IOException, InterruptedException {
    Path source = directory.resolve("xstate.c");
    Path library = directory.resolve("xstate.so");
    Files.writeString(source, Resources.text("/guest/xstate.c"));
    Programs.run("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString());
    return library;
  }

  private static Path kernelModules() throws IOException, InterruptedException {
    String release = Programs.run(KERNEL.toString(), "--version").strip();
    return MODULES.resolve(release);
  }

  private static void executable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** What a file holds; nothing if it is not there. */
  static String read(Path file) throws IOException {
    return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : "";
  }
}
