package org.jdmsetup.it.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.it.world.Guest;
import org.jdmsetup.testing.Trees;

/**
 * Scripts on the real kernel: a guest is booted for some hundred of them, and one process in it,
 * the {@link #main} of this class, plays them.
 */
final class GuestScriptRuns {
  private static final int PER_BOOT = 400;
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private GuestScriptRuns() {}

  /** What came of each script, in the same order. */
  static List<List<String>> play(List<IoScript> scripts) throws IOException, InterruptedException {
    List<List<String>> played = new ArrayList<>();
    while (played.size() < scripts.size()) {
      int end = Math.min(scripts.size(), played.size() + PER_BOOT);
      List<IoScript> batch = scripts.subList(played.size(), end);
      played.addAll(boot(batch));
    }
    return played;
  }

  /** As many of the scripts as one boot can play, at least one. */
  private static List<List<String>> boot(List<IoScript> scripts)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("jdmsetup-io");
    try {
      try (ObjectOutputStream out =
          new ObjectOutputStream(Files.newOutputStream(scratch.resolve("scripts")))) {
        out.writeObject(scripts.toArray(new IoScript[0]));
      }
      // A process whose request is lost cannot be killed: the guest goes without it.
      String job =
          """
          '%s/bin/java' %s -cp '%s' %s "$SCRATCH" &
          while kill -0 $! 2> /dev/null && [ ! -e "$SCRATCH/ended" ]; do sleep 0.2; done
          exit 0
          """
              .formatted(
                  System.getProperty("java.home"),
                  Guest.JVM_FLAGS,
                  System.getProperty("java.class.path"),
                  GuestScriptRuns.class.getName());
      Guest.Outcome outcome = Guest.run(scratch, List.of("dm-mod", "loop"), job, LIMIT);
      List<List<String>> played = read(scratch.resolve("played"));
      if (played.isEmpty() || outcome.died() && played.size() < scripts.size()) {
        played.add(
            List.of(
                ScriptRuns.FAILED + " the guest ended: " + outcome.err() + outcome.consoleTail()));
      }
      return played;
    } finally {
      Trees.delete(scratch);
    }
  }

  private static List<List<String>> read(Path file) throws IOException {
    List<List<String>> played = new ArrayList<>();
    if (!Files.exists(file)) {
      return played;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      while (true) {
        List<String> lines = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
          byte[] bytes = new byte[in.readInt()];
          in.readFully(bytes);
          lines.add(new String(bytes, UTF_8));
        }
        played.add(lines);
      }
    } catch (EOFException e) {
      return played;
    }
  }

  /** In the guest: {@code GuestScriptRuns SCRATCH}. */
  public static void main(String[] args) throws Exception {
    Path scratch = Path.of(args[0]);
    IoScript[] scripts;
    try (ObjectInputStream in =
        new ObjectInputStream(
            new BufferedInputStream(Files.newInputStream(scratch.resolve("scripts"))))) {
      scripts = (IoScript[]) in.readObject();
    }
    ScriptRuns plays = new ScriptRuns(new ScriptPlayer(new KernelIoWorld(WorldDisks.attach())));
    try (DataOutputStream out =
        new DataOutputStream(Files.newOutputStream(scratch.resolve("played")))) {
      for (int i = 0; i < scripts.length && !plays.hung(); i++) {
        write(out, plays.play(scripts[i]));
      }
    }
    Files.createFile(scratch.resolve("ended"));
    Runtime.getRuntime().halt(0);
  }

  private static void write(DataOutputStream out, List<String> lines) throws IOException {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    try (DataOutputStream bytes = new DataOutputStream(entry)) {
      bytes.writeInt(lines.size());
      for (String line : lines) {
        byte[] utf8 = line.getBytes(UTF_8);
        bytes.writeInt(utf8.length);
        bytes.write(utf8);
      }
    }
    out.write(entry.toByteArray());
    out.flush();
  }
}
