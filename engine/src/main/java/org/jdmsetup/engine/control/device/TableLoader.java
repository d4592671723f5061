package org.jdmsetup.engine.control.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Backings;
import org.jdmsetup.engine.backing.DeviceOpenException;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.table.SharedObjects;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.TargetType;
import org.jdmsetup.engine.targets.Targets;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.InvalidTableException;
import org.jdmsetup.tables.check.MappingTable;
import org.jdmsetup.tables.check.Problem;
import org.jdmsetup.tables.parameters.DeviceRef;

/**
 * Makes one table: checks the rules, opens the devices, constructs the targets, in the kernel's
 * order; undoes everything when something is refused.
 */
final class TableLoader {
  private final MappedDevice owner;
  private final Backings backings;
  private final SharedObjects shared;

  /** Held while a device goes below another, so that no two tables form a loop together. */
  private final RankedLock stackingLock;

  private final BooleanSupplier saveTargetState;
  private final boolean readOnly;
  private final String directory;
  private final Map<String, Identity> savedIdentities;
  private final List<Backing> devices = new ArrayList<>();
  private final Map<DeviceRef, Backing> opened = new HashMap<>();
  private volatile Table made;

  /**
   * @param saveTargetState journals the device; false when that fails
   * @param directory where relative paths start, in byte text
   * @param savedIdentities what its devices were known by, by their words
   */
  TableLoader(
      MappedDevice owner,
      Backings backings,
      SharedObjects shared,
      RankedLock stackingLock,
      BooleanSupplier saveTargetState,
      boolean readOnly,
      String directory,
      Map<String, Identity> savedIdentities) {
    this.owner = owner;
    this.backings = backings;
    this.shared = shared;
    this.stackingLock = stackingLock;
    this.saveTargetState = saveTargetState;
    this.readOnly = readOnly;
    this.directory = directory;
    this.savedIdentities = savedIdentities;
  }

  /**
   * Makes the table of these rules.
   *
   * @param targetStates {@link TargetContext#restoredState} of each rule, or null
   */
  Table make(List<Rule> rules, List<String> targetStates) throws Refusal {
    List<Target> targets = new ArrayList<>(rules.size());
    try {
      MappingTable mapping = check(rules, targets);
      construct(mapping, targetStates, targets);
      made =
          new Table(
              mapping, targets.toArray(new Target[0]), readOnly, List.copyOf(devices), owner.below);
      return made;
    } finally {
      if (made == null) {
        targets.forEach(Target::close);
        devices.forEach(device -> owner.below.remove(device, readOnly));
      }
    }
  }

  /**
   * @param targets gets those of the rules before one that is refused: a kernel meets their faults
   *     first
   */
  private MappingTable check(List<Rule> rules, List<Target> targets) throws Refusal {
    try {
      return MappingTable.of(rules, type -> Targets.named(type) != null, readOnly);
    } catch (InvalidTableException e) {
      Problem problem = e.problem();
      if (problem.rule() > 0) {
        construct(valid(rules.subList(0, problem.rule())), null, targets);
      }
      for (DeviceRef device : e.devicesBefore()) {
        openBefore(problem.rule(), device);
      }
      String where = problem.rule() < 0 ? "" : "rule " + (problem.rule() + 1) + ": ";
      throw new Refusal(problem.errno(), problem.withKernelText(where + problem.sentence()));
    }
  }

  private MappingTable valid(List<Rule> rules) {
    try {
      return MappingTable.of(rules, type -> true, readOnly);
    } catch (InvalidTableException e) {
      throw new IllegalStateException("a problem before the first problem", e);
    }
  }

  private void construct(MappingTable mapping, List<String> targetStates, List<Target> targets)
      throws Refusal {
    for (int i = 0; i < mapping.size(); i++) {
      targets.add(construct(mapping, i, targetStates));
    }
  }

  /**
   * Opens a device that a kernel opens before it comes to the problem: if that fails, it is what
   * the kernel reports.
   */
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

  private Target construct(MappingTable mapping, int index, List<String> targetStates)
      throws Refusal {
    Rule rule = mapping.rule(index);
    TargetType<?> type = Targets.named(rule.type());
    try {
      return type.make(
          new RuleContext(rule, targetStates == null ? null : targetStates.get(index)),
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
      Identity known = savedIdentities.getOrDefault(device.toString(), Identity.NONE);
      backing = backings.open(device, writable, directory, known);
    } catch (DeviceOpenException e) {
      throw new TargetException(e.errno(), kernelText, e.getMessage());
    }
    for (Backing open : devices) {
      if (open == backing) {
        backing.release();
        return open;
      }
    }
    if (backing instanceof MappedDevice below && !below.hasBlockDevice()) {
      backing.release();
      throw new TargetException(
          Errno.ENXIO, kernelText, device + " is no block device before its first table is loaded");
    }
    stackingLock.lock();
    try {
      if (backing instanceof MappedDevice below && DeviceStack.isOrLiesOn(below, owner)) {
        backing.release();
        throw new TargetException(
            Errno.EINVAL,
            kernelText,
            below == owner
                ? device + " is the device itself"
                : device + " sits, directly or not, on the device itself: they would form a loop");
      }
      owner.below.add(backing, readOnly);
    } finally {
      stackingLock.unlock();
    }
    devices.add(backing);
    return backing;
  }

  /** What the target of one rule has around it. */
  private final class RuleContext implements TargetContext {
    private final Rule rule;
    private final String memory;

    RuleContext(Rule rule, String memory) {
      this.rule = rule;
      this.memory = memory;
    }

    @Override
    public Backing open(DeviceRef device, boolean writable, String kernelText)
        throws TargetException {
      return TableLoader.this.open(device, writable, kernelText);
    }

    @Override
    public Backing openToWrite(DeviceRef device, String kernelText) throws TargetException {
      return TableLoader.this.openToWrite(device, kernelText);
    }

    @Override
    public boolean noflushSuspending() {
      return owner.gate.requeues();
    }

    @Override
    public void raiseEvent() {
      Table table = made;
      if (table != null && owner.live() == table) {
        owner.events().raise();
      }
    }

    @Override
    public boolean saveState() {
      Table table = made;
      return table == null || owner.live() != table || saveTargetState.getAsBoolean();
    }

    @Override
    public boolean readOnly() {
      return readOnly;
    }

    @Override
    public Sectors start() {
      return rule.start();
    }

    @Override
    public Sectors length() {
      return rule.length();
    }

    @Override
    public String restoredState() {
      return memory;
    }

    @Override
    public String deviceNumber() {
      return owner.tableWord();
    }

    @Override
    public <T> T shared(Class<T> type, Supplier<T> first) {
      return shared.get(type, first);
    }
  }
}
