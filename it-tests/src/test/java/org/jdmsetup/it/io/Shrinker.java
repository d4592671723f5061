package org.jdmsetup.it.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a script that shows a difference smaller: drops steps and requests as long as there is one
 * left. The candidates of a round are played in one boot.
 */
final class Shrinker {
  private static final int ROUNDS = 12;

  private final EngineScriptRuns engine;

  Shrinker(EngineScriptRuns engine) {
    this.engine = engine;
  }

  /** A script that differs, and how. */
  record Shrunk(IoScript script, List<String> kernel, String difference) {
    private static final int WIDTH = 300;

    /** What the kernel does, then what differs. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      for (String line : kernel) {
        text.append("\n  ").append(line, 0, Math.min(WIDTH, line.length()));
      }
      return text + "\n" + difference;
    }
  }

  Shrunk shrink(IoScript script, String difference) throws IOException, InterruptedException {
    Shrunk least = new Shrunk(script, List.of(), difference);
    for (int round = 0; round < ROUNDS; round++) {
      List<IoScript> candidates = candidates(least.script());
      List<List<String>> kernel = GuestScriptRuns.play(candidates);
      List<List<String>> ours = engine.play(candidates);
      Shrunk better = null;
      for (int i = 0; i < candidates.size() && better == null; i++) {
        String found = Difference.between(kernel.get(i), ours.get(i));
        if (!found.isEmpty()) {
          better = new Shrunk(candidates.get(i), kernel.get(i), found);
        }
      }
      if (better == null) {
        return least;
      }
      least = better;
    }
    return least;
  }

  /** Smaller scripts, the smallest first. */
  private static List<IoScript> candidates(IoScript script) {
    List<IoStep> steps = script.steps();
    List<IoScript> candidates = new ArrayList<>();
    for (int size = steps.size() / 2; size >= 1; size /= 2) {
      for (int from = 0; from < steps.size(); from += size) {
        List<IoStep> left = new ArrayList<>(steps);
        left.subList(from, Math.min(steps.size(), from + size)).clear();
        candidates.add(script.with(left));
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      for (IoStep smaller : smaller(steps.get(i))) {
        List<IoStep> left = new ArrayList<>(steps);
        left.set(i, smaller);
        candidates.add(script.with(left));
      }
    }
    return candidates;
  }

  /** The same step with less in it. */
  private static List<IoStep> smaller(IoStep step) {
    List<IoStep> smaller = new ArrayList<>();
    if (step instanceof IoStep.Parallel parallel) {
      for (int i = 0; i < parallel.threads().size(); i++) {
        List<List<IoStep.Io>> threads = new ArrayList<>(parallel.threads());
        smaller.add(threads.get(i).get(0));
        threads.remove(i);
        smaller.add(new IoStep.Parallel(threads));
      }
    } else if (step instanceof IoStep.Swap swap && !swap.queued().isEmpty()) {
      smaller.add(new IoStep.Swap(swap.device(), swap.table(), swap.noflush(), List.of()));
    } else if (step instanceof IoStep.Io io && io.sectors() > 1) {
      smaller.add(
          new IoStep.Io(io.device(), io.op(), io.sector(), io.sectors() / 2, io.tag(), io.fua()));
    } else if (step instanceof IoStep.Create create && create.table().size() > 1) {
      List<String> table = create.table().subList(0, create.table().size() / 2);
      smaller.add(new IoStep.Create(create.device(), new ArrayList<>(table), create.readOnly()));
    }
    return smaller;
  }
}
