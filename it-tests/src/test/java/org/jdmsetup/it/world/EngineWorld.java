package org.jdmsetup.it.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/**
 * An engine of a test's own: its run directory, its node directory, its disks, and a shell with the
 * packaged dmsetup on the PATH. Closing it removes all of that and fails when the product left
 * something: a process, a mount, a loop device, a node.
 */
public final class EngineWorld implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration CLEAN_UP = Duration.ofSeconds(15);

  /** The log is for those who come when the daemon has gone, and the node is the kernel's. */
  private static final Set<String> MAY_STAY = Set.of("daemon.log", "control");

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> loops = new ArrayList<>();
  private final Map<Process, List<Path>> outputs = new HashMap<>();
  private int files;

  private EngineWorld(Path directory) {
    this.directory = directory;
  }

  /** A world whose nodes are in {@link #nodes()}. */
  public static EngineWorld open() throws IOException {
    Requirement.product();
    Path directory = Files.createTempDirectory("jdmsetup-it");
    EngineWorld world = new EngineWorld(directory);
    Files.createDirectories(world.nodes());
    Files.createDirectory(world.work());
    world.set("PATH", Product.directory().resolve("bin") + ":" + System.getenv("PATH"));
    world.set("JAVA_HOME", System.getProperty("java.home")); // the product runs on what tests do
    world.set("JDMSETUP_RUN_DIR", world.run().toString());
    world.set("JDMSETUP_BACKEND", "engine");
    world.set("DM_DEV_DIR", directory.resolve("dev").toString());
    world.set("NODES", world.nodes().toString());
    world.set("NBD", "socket=" + world.run().resolve("nbd.sock"));
    return world;
  }

  /** Where this engine makes its nodes. */
  public Path nodes() {
    return directory.resolve("dev/mapper");
  }

  /** The run directory of this engine. */
  public Path run() {
    return directory.resolve("run");
  }

  /** The directory that commands run in. */
  public Path work() {
    return directory.resolve("work");
  }

  /** Sets a variable of the commands' environment. */
  public void set(String name, String value) {
    environment.put(name, value);
  }

  /** Makes a file of zeroes. */
  public Path file(long sectors) throws IOException {
    Path file = directory.resolve("file" + files++);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), Sectors.toBytes(sectors) - 1);
    }
    return file;
  }

  /** Makes a disk, a loop device on a file of zeroes, and returns its path. */
  public String disk(long sectors) throws IOException, InterruptedException {
    return attach("--find", file(sectors));
  }

  /** Attaches a file to a loop device, of the given path if it is free, else of another. */
  public String disk(String wanted, long sectors) throws IOException, InterruptedException {
    Path file = file(sectors);
    Programs.Result taken = sh("losetup " + wanted + " > /dev/null 2>&1");
    return attach(taken.status() == 0 ? "--find" : wanted, file);
  }

  private String attach(String where, Path file) throws IOException, InterruptedException {
    String path =
        where.equals("--find")
            ? ok("losetup --find --show '" + file + "'").strip()
            : ok("losetup " + where + " '" + file + "' && echo " + where).strip();
    loops.add(path);
    return path;
  }

  /** Runs lines as a user's shell would, in {@link #work()}, and returns what they did. */
  public Programs.Result sh(String lines) throws IOException, InterruptedException {
    Process process = start(lines);
    try {
      boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      return new Programs.Result(
          ended ? process.exitValue() : Programs.LATE,
          Files.readString(output(process, "out"), UTF_8),
          Files.readString(output(process, "err"), UTF_8));
    } finally {
      process.destroyForcibly();
      Files.delete(output(process, "out"));
      Files.delete(output(process, "err"));
    }
  }

  /**
   * Runs lines with a /dev/mapper that is theirs alone, empty, so that a script may use names as
   * they stand in books; they have to remove what they create.
   */
  public Programs.Result privately(String lines) throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("script"), lines);
    return sh(
        "unset DM_DEV_DIR; exec unshare --mount --propagation private /bin/sh -c '"
            + "mkdir -p /dev/mapper && mount -t tmpfs none /dev/mapper && exec /bin/sh "
            + script
            + "'");
  }

  /** Runs lines that must succeed, all of them, and returns their standard output. */
  public String ok(String lines) throws IOException, InterruptedException {
    Programs.Result result = sh("set -e\n" + lines);
    assertEquals(
        0,
        result.status(),
        lines + "\nprinted\n" + result.out() + "and on standard error\n" + result.err());
    return result.out();
  }

  /** Starts lines and leaves them running. */
  public Process start(String lines) throws IOException {
    // Output goes to files: a daemon that a command starts must not keep the test waiting for the
    // end of a pipe.
    Path out = Files.createTempFile(directory, "shell", ".out");
    Path err = Files.createTempFile(directory, "shell", ".err");
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", lines);
    builder.directory(work().toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile());
    builder.redirectError(err.toFile());
    Process process = builder.start();
    outputs.put(process, List.of(out, err));
    return process;
  }

  /** Where the standard error of lines goes that were started. */
  public Path error(Process process) {
    return output(process, "err");
  }

  /** What lines that were started have printed so far. */
  public String printed(Process process) {
    return content(output(process, "out"));
  }

  private Path output(Process process, String stream) {
    return outputs.get(process).get(stream.equals("out") ? 0 : 1);
  }

  /** The daemon that serves this world, if there is one. */
  public Optional<ProcessHandle> daemon() {
    return ours().filter(process -> commandLine(process).contains("engine.Daemon")).findAny();
  }

  private Stream<ProcessHandle> ours() {
    String mark = run().toString();
    return ProcessHandle.allProcesses().filter(process -> commandLine(process).contains(mark));
  }

  private static String commandLine(ProcessHandle process) {
    return content(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
  }

  /** What a file of the kernel's says; empty when what it is about has gone in between. */
  private static String content(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      cleanUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(e.getMessage());
    }
  }

  private void cleanUp() throws IOException, InterruptedException {
    sh("dmsetup remove_all --force");
    try {
      Await.nothing(CLEAN_UP, this::leftovers);
    } finally {
      // What is left here has failed the test, or a test that failed has left it: neither may hurt
      // the next.
      ours().forEach(ProcessHandle::destroyForcibly);
      sh("umount --lazy '" + run() + "/fuse' 2> /dev/null");
      for (String left : loopsBelow(run())) {
        sh("losetup --detach /dev/" + left.split(" ")[0]);
      }
      for (String loop : loops) {
        sh("losetup --detach " + loop);
      }
      Await.nothing(CLEAN_UP, () -> String.join("\n", loopsBelow(directory)));
      Trees.delete(directory);
    }
  }

  /** What the product has not taken away, in words; empty when it left nothing. */
  String leftovers() {
    StringBuilder left = new StringBuilder();
    ours().forEach(process -> left.append("process ").append(commandLine(process)).append('\n'));
    try {
      Files.readString(Path.of("/proc/self/mountinfo"))
          .lines()
          .filter(line -> line.contains(directory.toString()))
          .forEach(line -> left.append("mount ").append(line).append('\n'));
      for (String loop : loopsBelow(run())) {
        left.append("loop device ").append(loop).append('\n');
      }
      for (Path place : List.of(nodes(), run())) {
        if (Files.isDirectory(place)) {
          try (Stream<Path> entries = Files.list(place)) {
            entries
                .filter(entry -> !MAY_STAY.contains(entry.getFileName().toString()))
                .forEach(entry -> left.append("file ").append(entry).append('\n'));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left.toString();
  }

  private static List<String> loopsBelow(Path place) {
    List<String> below = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path loop : loops) {
        Path backing = loop.resolve("loop/backing_file");
        if (Files.exists(backing)) {
          String file = content(backing).strip();
          if (file.startsWith(place.toString())) {
            below.add(loop.getFileName() + " on " + file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return below;
  }
}
