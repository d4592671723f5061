package org.jdmsetup.engine.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdmsetup.engine.block.Backing;
import org.jdmsetup.engine.block.Backings;
import org.jdmsetup.engine.block.DeviceOpenException;
import org.jdmsetup.engine.target.Target;
import org.jdmsetup.engine.target.TargetContext;
import org.jdmsetup.engine.target.TargetException;
import org.jdmsetup.engine.target.TargetType;
import org.jdmsetup.engine.target.Targets;
import org.jdmsetup.ioctl.Errno;
import org.jdmsetup.tables.DeviceRef;
import org.jdmsetup.tables.InvalidTableException;
import org.jdmsetup.tables.MappingTable;
import org.jdmsetup.tables.Problem;
import org.jdmsetup.tables.Rule;

/**
 * Makes one table: checks the rules, opens the devices, constructs the targets, in the kernel's
 * order; undoes everything when something is refused.
 */
final class TableMaker {
  private final MappedDevice owner;
  private final Backings backings;
  private final Shared shared;
  private final boolean readOnly;
  private final String directory;
  private final List<Backing> devices = new ArrayList<>();
  private final Map<DeviceRef, Backing> opened = new HashMap<>();
  private volatile Table made;

  /**
   * @param directory where relative paths start, in byte text
   */
  TableMaker(
      MappedDevice owner, Backings backings, Shared shared, boolean readOnly, String directory) {
    this.owner = owner;
    this.backings = backings;
    this.shared = shared;
    this.readOnly = readOnly;
    this.directory = directory;
  }

  /**
   * Makes the table of these rules.
   *
   * @param memories {@link TargetContext#remembered} of each rule, or null
   */
  Table make(List<Rule> rules, List<String> memories) throws Refusal {
    Target[] targets = new Target[rules.size()];
    int constructed = 0;
    try {
      MappingTable mapping = check(rules);
      for (; constructed < targets.length; constructed++) {
        targets[constructed] = construct(mapping, constructed, memories);
      }
      Table table = new Table(mapping, targets, readOnly, List.copyOf(devices));
      made = table;
      return table;
    } finally {
      if (made == null) {
        for (int i = 0; i < constructed; i++) {
          targets[i].close();
        }
        devices.forEach(Backing::release);
      }
    }
  }

  private MappingTable check(List<Rule> rules) throws Refusal {
    try {
      return MappingTable.of(rules, type -> Targets.named(type) != null, readOnly);
    } catch (InvalidTableException e) {
      Problem problem = e.problem();
      for (DeviceRef device : e.devicesBefore()) {
        openBefore(problem.rule(), device);
      }
      String where = problem.rule() < 0 ? "" : place(rules.get(problem.rule()), problem.rule());
      throw new Refusal(
          problem.errno(),
          where
              + problem.kernelText()
              + ": "
              + problem.found()
              + ", expected "
              + problem.expected());
    }
  }

  /** A kernel would have met a device that does not open before it met the problem. */
  private void openBefore(int rule, DeviceRef device) throws Refusal {
    try {
      open(device, !readOnly, "Device lookup failed");
    } catch (TargetException e) {
      throw new Refusal(e.errno(), "rule " + (rule + 1) + " or before: " + e.getMessage());
    }
  }

  private static String place(Rule rule, int index) {
    return "rule " + (index + 1) + " (" + rule.type() + "): ";
  }

  private Target construct(MappingTable mapping, int index, List<String> memories) throws Refusal {
    Rule rule = mapping.rule(index);
    TargetType<?> type = Targets.named(rule.type());
    try {
      return type.make(
          new RuleContext(rule, memories == null ? null : memories.get(index)),
          mapping.params(index));
    } catch (TargetException e) {
      throw new Refusal(e.errno(), place(rule, index) + e.getMessage());
    }
  }

  private Backing open(DeviceRef device, boolean writable, String kernelText)
      throws TargetException {
    Backing backing = opened.get(device);
    if (backing == null || writable && backing.readOnly()) {
      backing = take(device, writable, kernelText);
      opened.put(device, backing);
    }
    return backing;
  }

  private Backing openToWrite(DeviceRef device, String kernelText) throws TargetException {
    try {
      return open(device, true, kernelText);
    } catch (TargetException notToBeWritten) {
      if (!readOnly) {
        throw notToBeWritten;
      }
      return open(device, false, kernelText);
    }
  }

  private Backing take(DeviceRef device, boolean writable, String kernelText)
      throws TargetException {
    Backing backing;
    try {
      backing = backings.take(device, writable, directory);
    } catch (DeviceOpenException e) {
      throw new TargetException(e.errno(), kernelText, e.getMessage());
    }
    for (Backing open : devices) {
      if (open == backing) {
        backing.release();
        return open;
      }
    }
    if (backing instanceof MappedDevice below && below.reaches(owner)) {
      backing.release();
      throw new TargetException(
          Errno.EINVAL.number(),
          kernelText,
          below == owner
              ? device + " is the device itself"
              : device + " sits, directly or not, on the device itself: they would form a loop");
    }
    devices.add(backing);
    return backing;
  }

  /** What the target of one rule has around it. */
  private final class RuleContext implements TargetContext {
    private final Rule rule;
    private final String remembered;

    RuleContext(Rule rule, String remembered) {
      this.rule = rule;
      this.remembered = remembered;
    }

    @Override
    public Backing open(DeviceRef device, boolean writable, String kernelText)
        throws TargetException {
      return TableMaker.this.open(device, writable, kernelText);
    }

    @Override
    public Backing openToWrite(DeviceRef device, String kernelText) throws TargetException {
      return TableMaker.this.openToWrite(device, kernelText);
    }

    @Override
    public boolean noflushSuspending() {
      return owner.gate.keepsReturned();
    }

    @Override
    public void raiseEvent() {
      Table table = made;
      if (table != null && owner.live() == table) {
        owner.raiseEvent();
      }
    }

    @Override
    public boolean readOnly() {
      return readOnly;
    }

    @Override
    public long start() {
      return rule.start();
    }

    @Override
    public long length() {
      return rule.length();
    }

    @Override
    public String remembered() {
      return remembered;
    }

    @Override
    public String deviceWord() {
      return owner.word();
    }

    @Override
    public <T> T shared(Class<T> type, Supplier<T> first) {
      return shared.get(type, first);
    }
  }
}
