package org.jdmsetup.it.ioctl;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.it.world.Guest;
import org.jdmsetup.it.world.Resources;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Trees;

/**
 * What the kernel did with sequences: one boot of a guest.
 *
 * @param outcomes of each sequence, as {@link SequencePlayer#to} writes them
 */
record KernelRun(Map<Sequence, byte[]> outcomes) {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  /**
   * Plays the sequences in a guest.
   *
   * @throws IOException when the guest did not get through all of them; says where it stopped
   */
  static KernelRun of(List<Sequence> sequences, Layout layout)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("jdmsetup-ioctls");
    try {
      Files.write(scratch.resolve("plan"), sequences.stream().map(Sequence::line).toList());
      StringBuilder job = new StringBuilder();
      job.append("JAVA='" + Path.of(System.getProperty("java.home"), "bin", "java") + "'\n");
      job.append("CLASSES='" + System.getProperty("java.class.path") + "'\n");
      List<String> disks = new ArrayList<>();
      for (int i = 0; i < layout.minors().size(); i++) {
        Layout.Kind kind = Layout.DISKS.get(i);
        disks.add(
            layout.minors().get(i)
                + ":"
                + Sectors.toBytes(kind.sectors())
                + ":"
                + kind.blockSize()
                + (kind.readOnly() ? ":-r" : ":"));
      }
      job.append("MAJOR=" + layout.major() + "\n");
      job.append("MODULES='" + String.join(" ", modules()) + "'\n");
      job.append("DISKS='" + String.join(" ", disks) + "'\n");
      Guest.Outcome guest =
          Guest.run(scratch, List.of("loop"), job + Resources.text("/guest/ioctls.sh"), LIMIT);
      KernelRun run = read(scratch.resolve("results"));
      if (run.outcomes().size() < sequences.size()) {
        throw new IOException(
            "the guest stopped in sequence "
                + sequences.get(run.outcomes().size()).line()
                + ": status "
                + guest.status()
                + "\n"
                + guest.err()
                + (guest.died() ? guest.consoleTail() : ""));
      }
      return run;
    } finally {
      Trees.delete(scratch);
    }
  }

  private static List<String> modules() {
    return RandomParameters.common().stream()
        .map(RandomParameters.MODULES::get)
        .filter(module -> !module.equals("dm-mod"))
        .distinct()
        .toList();
  }

  private static KernelRun read(Path results) throws IOException {
    Map<Sequence, byte[]> outcomes = new LinkedHashMap<>();
    KernelRun run = new KernelRun(outcomes);
    if (!Files.exists(results)) {
      return run;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(results)))) {
      while (true) {
        Sequence sequence = Sequence.parse(in.readUTF());
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        outcomes.put(sequence, bytes);
      }
    } catch (EOFException e) {
      return run;
    }
  }
}
