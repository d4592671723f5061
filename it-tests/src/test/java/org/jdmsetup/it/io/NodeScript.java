package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leaves in a script what a block node of the engine can pass on (docs/nodes.md): a device discards
 * in all of the script or not at all, as its loop device decides that with the first table; and
 * there are no FUA writes where the kernel's device treats one otherwise than a write with a flush
 * behind it.
 */
final class NodeScript {
  private static final Set<String> TELL_FUA = Set.of("log-writes");

  /** Targets that discard where the devices below do. */
  private static final Set<String> DISCARD =
      Set.of("linear", "striped", "switch", "flakey", "dust", "delay", "mirror", "log-writes");

  private static final Pattern DEVICE = Pattern.compile("\\$(\\w+)");

  /** Whether each device discards, as its last table says. */
  private final Map<String, Boolean> discards = new HashMap<>();

  /** Devices whose tables do not agree. */
  private final Set<String> changing = new HashSet<>();

  private NodeScript() {}

  static IoScript of(IoScript script) {
    NodeScript node = new NodeScript();
    for (IoStep step : script.steps()) {
      node.learn(step);
    }
    boolean tellsFua = TELL_FUA.contains(script.kind());
    UnaryOperator<IoStep.Io> change = io -> node.passedOn(io, tellsFua);
    return script.with(script.steps().stream().map(step -> changed(step, change)).toList());
  }

  private void learn(IoStep step) {
    if (step instanceof IoStep.Create create) {
      learn(create.device(), create.table());
    } else if (step instanceof IoStep.Load load) {
      learn(load.device(), load.table());
    } else if (step instanceof IoStep.Swap swap && !swap.table().isEmpty()) {
      learn(swap.device(), swap.table());
    }
  }

  private void learn(String device, List<String> table) {
    boolean all = table.stream().allMatch(this::discards);
    Boolean before = discards.put(device, all);
    boolean changes = before != null && before != all;
    if (changes || table.stream().anyMatch(this::isOverChanging)) {
      changing.add(device);
    }
  }

  private boolean discards(String rule) {
    String[] words = rule.split(" ");
    if (!DISCARD.contains(words[2])) {
      return words[2].startsWith("snapshot") && rule.contains("discard_zeroes_cow");
    }
    Matcher below = DEVICE.matcher(rule);
    boolean all = true;
    while (below.find()) {
      all &= discards.getOrDefault(below.group(1), true);
    }
    return all;
  }

  private boolean isOverChanging(String rule) {
    return DEVICE.matcher(rule).results().anyMatch(found -> changing.contains(found.group(1)));
  }

  private IoStep.Io passedOn(IoStep.Io io, boolean tellsFua) {
    IoStep.Op op =
        io.op() == IoStep.Op.DISCARD && changing.contains(io.device()) ? IoStep.Op.READ : io.op();
    return new IoStep.Io(
        io.device(), op, io.sector(), io.sectors(), io.tag(), io.fua() && !tellsFua);
  }

  private static IoStep changed(IoStep step, UnaryOperator<IoStep.Io> change) {
    if (step instanceof IoStep.Io io) {
      return change.apply(io);
    } else if (step instanceof IoStep.Parallel parallel) {
      List<List<IoStep.Io>> threads = new ArrayList<>();
      parallel.threads().forEach(thread -> threads.add(changed(thread, change)));
      return new IoStep.Parallel(threads);
    } else if (step instanceof IoStep.Swap swap) {
      return new IoStep.Swap(
          swap.device(), swap.table(), swap.noflush(), changed(swap.queued(), change));
    }
    return step;
  }

  private static List<IoStep.Io> changed(List<IoStep.Io> ios, UnaryOperator<IoStep.Io> change) {
    return new ArrayList<>(ios.stream().map(change).toList());
  }
}
