package org.jdmsetup.engine.control;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Splitter;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.Targets;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.check.MappingTable;

/**
 * A table of a device, in either slot: its rules, their targets, and the devices below. Directs
 * requests to targets, cutting them as the kernel does. Made by {@link TableLoader}.
 *
 * <p>{@link #submit} can be called from any thread while the table is live.
 */
final class Table {
  private final MappingTable mapping;
  private final Target[] targets;
  private final long[] starts;
  private final long[] ends;
  private final long[] maxIoLengths;
  private final boolean readOnly;
  private final List<Backing> devices;
  private final OpenedBelow below;
  private final Splitter splitter = new Splitter();

  /** What a flush goes to when flushing devices is all there is to do; else null. */
  private final BlockDevice[] flushed;

  private volatile Limits limits;

  // Guarded by the monitor.
  private int users;
  private boolean destroyed;

  /** Held while a target handles a message. */
  private final RankedLock messageLock = new RankedLock(LockRank.MESSAGES);

  /**
   * @param devices below, each once, in the order in which they were opened
   * @param below has them open
   */
  Table(
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
    starts = new long[targets.length];
    ends = new long[targets.length];
    maxIoLengths = new long[targets.length];
    for (int i = 0; i < targets.length; i++) {
      starts[i] = mapping.rule(i).start();
      ends[i] = mapping.rule(i).end();
      maxIoLengths[i] = targets[i].maxIoLength();
    }
    flushed = flushedDevices(targets);
    limits = StackedLimits.ofTable(targets);
  }

  private static BlockDevice[] flushedDevices(Target[] targets) {
    Set<BlockDevice> devices = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Target target : targets) {
      if (!target.flushesDevicesOnly()) {
        return null;
      }
      target.areas().forEach(area -> devices.add(area.device()));
    }
    return devices.toArray(new BlockDevice[0]);
  }

  // --- requests --------------------------------------------------------------------------------

  /** Serves a request, whose sectors are the mapped device's. */
  void submit(Request request) {
    switch (request.op()) {
      case FLUSH -> flush(request);
      case READ, WRITE -> transfer(request);
      default -> eachRule(request);
    }
  }

  /** Whether the sectors of a request lie in the table. */
  private boolean holds(Request request) {
    long sector = request.sector();
    long sectors = request.sectors();
    return sector >= 0 && sectors >= 0 && sector <= mapping.sectors() - sectors;
  }

  private void transfer(Request request) {
    if (request.op() == Request.Op.WRITE && readOnly) {
      request.complete(Outcome.failed(Errno.EROFS));
      return;
    }
    if (!holds(request)) {
      request.complete(Outcome.EIO);
      return;
    }
    if (request.sectors() == 0) {
      request.complete(Outcome.DONE);
      return;
    }
    long sector = request.sector();
    int rule = mapping.find(sector);
    if (request.sectors() <= room(rule, sector)) {
      request.sector(sector - starts[rule]);
      targets[rule].submit(request, 0);
      return;
    }
    long end = sector + request.sectors();
    long address = request.address();
    Splitter.Split split = splitter.split(request);
    try {
      while (sector < end) {
        if (sector >= ends[rule]) {
          rule++;
        }
        long sectors = Math.min(end - sector, room(rule, sector));
        submit(targets[rule], split.part(sector - starts[rule], sectors, address), 0);
        sector += sectors;
        address += sectors << 9;
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.issued();
    }
  }

  /** One of several requests: what is thrown fails it alone, as {@link Request#submitTo} does. */
  private static void submit(Target target, Request request, int copy) {
    int hands = request.hands();
    try {
      target.submit(request, copy);
    } catch (Throwable thrown) {
      request.failIfHeld(hands, thrown);
    }
  }

  /** How many sectors of a read or write the rule takes at once from a sector on. */
  private long room(int rule, long sector) {
    long room = ends[rule] - sector;
    long max = maxIoLengths[rule];
    return max == 0 ? room : Math.min(room, max - (sector - starts[rule]) % max);
  }

  /**
   * Discards and write-zeroes: cut as the table's limits want it and at the ends of rules, in as
   * many copies as wanted.
   */
  private void eachRule(Request request) {
    Limits limits = this.limits;
    boolean discard = request.op() == Request.Op.DISCARD;
    if (readOnly) {
      request.complete(Outcome.failed(Errno.EROFS));
      return;
    }
    if (!holds(request)) {
      request.complete(Outcome.EIO);
      return;
    }
    if (discard ? !limits.discard() : !limits.writeZeroes()) {
      request.complete(Outcome.failed(Errno.EOPNOTSUPP));
      return;
    }
    if (request.sectors() == 0) {
      request.complete(Outcome.DONE);
      return;
    }
    long sector = request.sector();
    int rule = mapping.find(sector);
    long end = sector + request.sectors();
    long partEnd = sector + part(limits, request.op(), sector, end - sector);
    if (partEnd == end && end <= ends[rule] && targets[rule].copies(request.op()) == 1) {
      request.sector(sector - starts[rule]);
      targets[rule].submit(request, 0);
      return;
    }
    Splitter.Split split = splitter.split(request);
    try {
      while (sector < end) {
        if (sector >= ends[rule]) {
          rule++;
        }
        if (sector >= partEnd) {
          partEnd = sector + part(limits, split.op(), sector, end - sector);
        }
        long sectors = Math.min(partEnd, ends[rule]) - sector;
        int copies = targets[rule].copies(split.op());
        if (copies == 0) {
          split.fail(Outcome.failed(Errno.EOPNOTSUPP));
        }
        for (int copy = 0; copy < copies; copy++) {
          submit(targets[rule], split.part(sector - starts[rule], sectors, 0), copy);
        }
        sector += sectors;
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.issued();
    }
  }

  private static long part(Limits limits, Request.Op op, long sector, long sectors) {
    return op == Request.Op.DISCARD
        ? limits.discardPart(sector, sectors)
        : limits.writeZeroesPart(sectors);
  }

  private void flush(Request request) {
    // also when read-only: the table before this one may have written
    if (flushed != null) {
      flushDevices(request);
      return;
    }
    if (targets.length == 1 && targets[0].copies(Request.Op.FLUSH) == 1) {
      targets[0].submit(request, 0);
      return;
    }
    Splitter.Split split = splitter.split(request);
    try {
      for (Target target : targets) {
        int copies = target.copies(Request.Op.FLUSH);
        for (int copy = 0; copy < copies; copy++) {
          submit(target, split.part(0, 0, 0), copy);
        }
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.issued();
    }
  }

  private void flushDevices(Request request) {
    if (flushed.length == 0) {
      request.complete(Outcome.DONE);
    } else if (flushed.length == 1) {
      flushed[0].submit(request);
    } else {
      Splitter.Split split = splitter.split(request);
      try {
        for (BlockDevice device : flushed) {
          split.part(0, 0, 0).submitTo(device);
        }
      } catch (Throwable thrown) {
        split.fail(thrown);
      } finally {
        split.issued();
      }
    }
  }

  // --- facts -----------------------------------------------------------------------------------

  long sectors() {
    return mapping.sectors();
  }

  int size() {
    return targets.length;
  }

  MappingTable mapping() {
    return mapping;
  }

  /** Index of the rule that holds a sector; -1 when none does. */
  int find(long sector) {
    return mapping.find(sector);
  }

  Rule rule(int index) {
    return mapping.rule(index);
  }

  Target target(int index) {
    return targets[index];
  }

  /** Whether one of its targets has a {@link Target#memory}. */
  boolean remembers() {
    for (Target target : targets) {
      if (target.memory() != null) {
        return true;
      }
    }
    return false;
  }

  boolean readOnly() {
    return readOnly;
  }

  /** What is known of the space behind the beginning of a range. */
  long extent(long sector, long sectors) {
    int rule = sector + sectors > sectors() ? -1 : mapping.find(sector);
    return rule < 0
        ? -sectors
        : targets[rule].extent(sector - starts[rule], Math.min(sectors, ends[rule] - sector));
  }

  Limits limits() {
    return limits;
  }

  /** Combines the limits anew, as devices below may have changed since. */
  void refreshLimits() {
    limits = StackedLimits.ofTable(targets);
  }

  /** The devices below, each once, in the order in which they were opened. */
  List<Backing> devices() {
    return devices;
  }

  /** The rules with the targets' own parameters, or with their state. */
  List<TargetSpec> status(boolean table) {
    List<TargetSpec> specs = new ArrayList<>(targets.length);
    for (int i = 0; i < targets.length; i++) {
      Rule rule = mapping.rule(i);
      String text = table ? targets[i].table() : targets[i].info();
      specs.add(new TargetSpec(rule.start(), rule.length(), rule.type(), text));
    }
    return specs;
  }

  /** The rules with what a kernel's integrity measurement records of them. */
  List<TargetSpec> measurements() {
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
   * Has a target handle a message, one at a time; the caller {@link #use}s the table.
   *
   * @param rule its index
   */
  String message(int rule, List<String> words) throws TargetException {
    messageLock.lock();
    try {
      return targets[rule].message(words);
    } finally {
      messageLock.unlock();
    }
  }

  /**
   * Keeps the table from being destroyed until {@link #endUse}.
   *
   * @return false when it is being destroyed; then it is in no slot any more
   */
  synchronized boolean use() {
    if (destroyed) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void endUse() {
    users--;
    notifyAll();
  }

  private synchronized void awaitUsers() {
    destroyed = true;
    Uninterruptibly.await(this, () -> users == 0); // they still need what is about to go
  }

  /**
   * Closes the targets and gives the devices back, once nobody {@link #use}s the table any more; it
   * must be in no slot any more.
   */
  void destroy() {
    awaitUsers();
    for (Target target : targets) {
      try {
        target.close();
      } catch (Throwable thrown) {
        Faults.tell("the end of a target", thrown); // the others and the devices go all the same
      }
    }
    devices.forEach(device -> below.remove(device, readOnly));
  }
}
