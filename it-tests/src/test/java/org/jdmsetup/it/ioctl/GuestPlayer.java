package org.jdmsetup.it.ioctl;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Plays all sequences of a plan to the kernel: {@code GuestPlayer PLAN RESULTS MINOR...}, a program
 * of its own that runs once in a guest. The plan is a file of {@link Sequence#line}s. The results
 * are, for each sequence, its line, the length of what follows, and the outcomes.
 */
final class GuestPlayer {
  private GuestPlayer() {}

  public static void main(String[] args) throws IOException {
    List<Integer> minors = Arrays.stream(args).skip(2).map(Integer::valueOf).toList();
    Layout layout = new Layout(KernelDriver.major(), minors);
    SequencePlayer player = new SequencePlayer(new KernelDriver(), layout);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(args[1]))))) {
      for (String line : Files.readAllLines(Path.of(args[0]))) {
        ByteArrayOutputStream outcomes = new ByteArrayOutputStream();
        DataOutputStream each = new DataOutputStream(outcomes);
        System.out.println(line);
        player.play(Sequence.parse(line), SequencePlayer.to(each));
        out.writeUTF(line);
        out.writeInt(outcomes.size());
        outcomes.writeTo(out);
        out.flush();
      }
    }
  }
}
