package org.jdmsetup.it.ioctl;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares, step by step, what the engine does with what the kernel was seen to do: a recorder for
 * the engine's player. After the first difference it looks no further.
 */
final class OutcomeComparison implements SequencePlayer.Recorder {
  private final DataInputStream kernel;
  private final EngineDriver engine;
  private final boolean mirrors;
  private final List<String> story = new ArrayList<>();
  private String difference;

  OutcomeComparison(byte[] kernel, EngineDriver engine, boolean mirrors) {
    this.mirrors = mirrors;
    this.kernel = new DataInputStream(new ByteArrayInputStream(kernel));
    this.engine = engine;
  }

  @Override
  public void record(SequenceStep step, StepOutcome ours) throws IOException {
    if (difference != null) {
      return;
    }
    byte[] request = step instanceof SequenceStep.Call call ? call.request() : StepOutcome.NOTHING;
    StepOutcome theirs = StepOutcome.read(kernel, request);
    story.add(step + " -> " + theirs.errno());
    if (theirs.errno() != ours.errno()) {
      difference =
          "errno: kernel " + theirs.errno() + ", engine " + ours.errno() + " " + engine.reason();
    } else if (step instanceof SequenceStep.Call call) {
      byte[] expected = IntendedDifferences.without(call, theirs, mirrors);
      byte[] actual = IntendedDifferences.without(call, ours, mirrors);
      int at = Arrays.mismatch(expected, actual);
      if (at >= 0) {
        difference = buffers(at, expected, actual);
      }
    } else if (!Arrays.equals(theirs.after(), ours.after())) {
      difference = "kernel " + new String(theirs.after()) + ", engine " + new String(ours.after());
    }
  }

  private static String buffers(int at, byte[] expected, byte[] actual) {
    return "byte "
        + at
        + ":\n  kernel"
        + CallText.header(expected)
        + "\n  engine"
        + CallText.header(actual)
        + "\n  kernel "
        + CallText.quoted(expected, 305, Math.min(expected.length, 900))
        + "\n  engine "
        + CallText.quoted(actual, 305, Math.min(actual.length, 900));
  }

  /** The first difference, with the steps that lead to it; null when there was none. */
  String difference() {
    return difference == null ? null : String.join("\n", story) + "\n  " + difference;
  }

  /** The difference alone, without what led to it. */
  String summary() {
    return story.get(story.size() - 1) + "\n  " + difference;
  }

  /** The steps so far. */
  String story() {
    return String.join("\n", story);
  }

  /** How many steps were compared. */
  int compared() {
    return story.size();
  }
}
