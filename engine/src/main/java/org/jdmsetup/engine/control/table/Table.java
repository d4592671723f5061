package org.jdmsetup.engine.control.table;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.Targets;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.MappingTable;

/**
 * A table of a device, in either slot: its rules, their targets, and the devices below. Made by the
 * loader of tables. Safe to use from any thread until it is destroyed.
 */
public final class Table {
  private final MappingTable mapping;
  private final Target[] targets;
  private final boolean readOnly;
  private final List<Backing> devices;
  private final OpenedBelow below;
  private final RequestMapping requests;

  // Guarded by the monitor.
  private int users;
  private boolean destroyed;

  /** Held while a target handles a message. */
  private final RankedLock messageLock = new RankedLock(LockRank.MESSAGES);

  /**
   * @param devices below, each once, in the order in which they were opened
   * @param below has them open
   */
  public Table(
      MappingTable mapping,
      Target[] targets,
      boolean readOnly,
      List<Backing> devices,
      OpenedBelow below) {
    this.below = below;
    this.mapping = mapping;
    this.targets = targets;
    this.readOnly = readOnly;
    this.devices = devices;
    requests = new RequestMapping(mapping, targets, readOnly);
  }

  /** Where requests go, while the table is live. */
  public RequestMapping requests() {
    return requests;
  }

  // --- facts -----------------------------------------------------------------------------------

  public Sectors length() {
    return mapping.length();
  }

  public int size() {
    return targets.length;
  }

  public MappingTable mapping() {
    return mapping;
  }

  /** Index of the rule that holds a sector; -1 when none does. */
  public int find(Sectors sector) {
    return mapping.find(sector.count());
  }

  public Rule rule(int index) {
    return mapping.rule(index);
  }

  public Target target(int index) {
    return targets[index];
  }

  /** Whether one of its targets has a {@link Target#savedState}. */
  public boolean hasTargetState() {
    for (Target target : targets) {
      if (target.savedState() != null) {
        return true;
      }
    }
    return false;
  }

  public boolean readOnly() {
    return readOnly;
  }

  /**
   * How many sectors from the beginning of a range on are a hole (positive), or may hold data
   * (negative).
   */
  public long extent(long sector, long sectors) {
    return requests.extent(sector, sectors);
  }

  public Limits limits() {
    return requests.limits();
  }

  /** Combines the limits anew, as devices below may have changed since. */
  public void refreshLimits() {
    requests.refreshLimits();
  }

  /** The devices below, each once, in the order in which they were opened. */
  public List<Backing> devices() {
    return devices;
  }

  /** The rules with the targets' own parameters, or with their state. */
  public List<TargetSpec> status(boolean table) {
    List<TargetSpec> specs = new ArrayList<>(targets.length);
    for (int i = 0; i < targets.length; i++) {
      Rule rule = mapping.rule(i);
      String text = table ? targets[i].table() : targets[i].info();
      specs.add(new TargetSpec(rule.start(), rule.length(), rule.type(), text));
    }
    return specs;
  }

  /** The rules with what a kernel's integrity measurement records of them. */
  public List<TargetSpec> measurements() {
    List<TargetSpec> specs = new ArrayList<>(targets.length);
    for (int i = 0; i < targets.length; i++) {
      Rule rule = mapping.rule(i);
      String text = targets[i].measurement();
      if (!text.isEmpty()) {
        TargetVersion version = Targets.named(rule.type()).version();
        text =
            String.format(
                "target_name=%s,target_version=%d.%d.%d%s",
                version.name(), version.major(), version.minor(), version.patch(), text);
      }
      specs.add(new TargetSpec(rule.start(), rule.length(), rule.type(), text));
    }
    return specs;
  }

  // --- messages, and the end ---------------------------------------------------------------------

  /**
   * Has a target handle a message, one at a time; the caller {@link #retain}s the table.
   *
   * @param rule its index
   */
  public String message(int rule, List<String> words) throws TargetException {
    messageLock.lock();
    try {
      return targets[rule].message(words);
    } finally {
      messageLock.unlock();
    }
  }

  /**
   * Keeps the table from being destroyed until {@link #release}.
   *
   * @return false when it is being destroyed; then it is in no slot any more
   */
  public synchronized boolean retain() {
    if (destroyed) {
      return false;
    }
    users++;
    return true;
  }

  public synchronized void release() {
    users--;
    notifyAll();
  }

  private synchronized void awaitUsers() {
    destroyed = true;
    Uninterruptibly.await(this, () -> users == 0); // they still need what is about to go
  }

  /**
   * Closes the targets and gives the devices back, once nobody {@link #retain}s the table any more;
   * it must be in no slot any more.
   */
  public void destroy() {
    awaitUsers();
    for (Target target : targets) {
      try {
        target.close();
      } catch (Throwable thrown) {
        Faults.log("the end of a target", thrown); // the others and the devices go all the same
      }
    }
    devices.forEach(device -> below.remove(device, readOnly));
  }
}
