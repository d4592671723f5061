package org.jdmsetup.engine.control.table;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Splitter;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.MappingTable;

/**
 * The way of requests through a table: finds the rule that a request is for, and cuts requests that
 * cross the end of a rule or are longer than its target takes, as the kernel does. Safe to use from
 * any thread; allocates nothing and takes no lock that is held for long.
 */
public final class RequestMapping {
  private final MappingTable mapping;
  private final Target[] targets;
  private final long[] startSectors;
  private final long[] endSectors;
  private final long[] maxIoSectors;
  private final long tableSectors;
  private final boolean readOnly;
  private final Splitter splitter = new Splitter();

  /**
   * The devices that a flush goes to, if all targets only pass flushes on; else null, and it goes
   * to the targets.
   */
  private final BlockDevice[] devicesToFlush;

  private volatile Limits limits;

  RequestMapping(MappingTable mapping, Target[] targets, boolean readOnly) {
    this.mapping = mapping;
    this.targets = targets;
    this.readOnly = readOnly;
    startSectors = new long[targets.length];
    endSectors = new long[targets.length];
    maxIoSectors = new long[targets.length];
    for (int i = 0; i < targets.length; i++) {
      startSectors[i] = mapping.rule(i).start().count();
      endSectors[i] = mapping.rule(i).end().count();
      maxIoSectors[i] = targets[i].maxIoLength().count();
    }
    tableSectors = mapping.length().count();
    devicesToFlush = devicesToFlush(targets);
    limits = StackedLimits.ofTable(targets);
  }

  private static BlockDevice[] devicesToFlush(Target[] targets) {
    Set<BlockDevice> devices = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Target target : targets) {
      if (!target.flushesDevicesOnly()) {
        return null;
      }
      target.areas().forEach(area -> devices.add(area.device()));
    }
    return devices.toArray(new BlockDevice[0]);
  }

  /** Serves a request, whose sectors are the mapped device's. */
  public void submit(Request request) {
    switch (request.op()) {
      case FLUSH -> flush(request);
      case READ, WRITE -> transfer(request);
      default -> submitDiscardOrZeroes(request);
    }
  }

  /** Whether the sectors of a request lie in the table. */
  private boolean holds(Request request) {
    long sector = request.sector();
    long sectors = request.sectors();
    return sector >= 0 && sectors >= 0 && sector <= tableSectors - sectors;
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
    if (request.sectors() <= maxSectorsAt(rule, sector)) {
      request.sector(sector - startSectors[rule]);
      targets[rule].submit(request, 0);
      return;
    }
    long end = sector + request.sectors();
    long address = request.address();
    Splitter.Split split = splitter.split(request);
    try {
      while (sector < end) {
        if (sector >= endSectors[rule]) {
          rule++;
        }
        long sectors = Math.min(end - sector, maxSectorsAt(rule, sector));
        submit(targets[rule], split.part(sector - startSectors[rule], sectors, address), 0);
        sector += sectors;
        address += Sectors.toBytes(sectors);
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.allIssued();
    }
  }

  /** One of several requests: what is thrown fails it alone, as {@link Request#submitTo} does. */
  private static void submit(Target target, Request request, int copy) {
    int before = request.handOverCount();
    try {
      target.submit(request, copy);
    } catch (Throwable thrown) {
      request.failUnlessHandedOver(before, thrown);
    }
  }

  /** How many sectors of a read or write the rule takes at once from a sector on. */
  private long maxSectorsAt(int rule, long sector) {
    long room = endSectors[rule] - sector;
    long max = maxIoSectors[rule];
    return max == 0 ? room : Math.min(room, max - (sector - startSectors[rule]) % max);
  }

  /**
   * Discards and write-zeroes: cut as the table's limits want it and at the ends of rules, in as
   * many copies as wanted.
   */
  private void submitDiscardOrZeroes(Request request) {
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
    if (discard ? !limits.canDiscard() : !limits.canWriteZeroes()) {
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
    if (partEnd == end && end <= endSectors[rule] && targets[rule].copies(request.op()) == 1) {
      request.sector(sector - startSectors[rule]);
      targets[rule].submit(request, 0);
      return;
    }
    Splitter.Split split = splitter.split(request);
    try {
      while (sector < end) {
        if (sector >= endSectors[rule]) {
          rule++;
        }
        if (sector >= partEnd) {
          partEnd = sector + part(limits, split.op(), sector, end - sector);
        }
        long sectors = Math.min(partEnd, endSectors[rule]) - sector;
        int copies = targets[rule].copies(split.op());
        if (copies == 0) {
          split.fail(Outcome.failed(Errno.EOPNOTSUPP));
        }
        for (int copy = 0; copy < copies; copy++) {
          submit(targets[rule], split.part(sector - startSectors[rule], sectors, 0), copy);
        }
        sector += sectors;
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.allIssued();
    }
  }

  private static long part(Limits limits, Request.Op op, long sector, long sectors) {
    return op == Request.Op.DISCARD
        ? limits.discardPart(sector, sectors)
        : limits.writeZeroesPart(sectors);
  }

  private void flush(Request request) {
    // also when read-only: the table before this one may have written
    if (devicesToFlush != null) {
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
      split.allIssued();
    }
  }

  private void flushDevices(Request request) {
    if (devicesToFlush.length == 0) {
      request.complete(Outcome.DONE);
    } else if (devicesToFlush.length == 1) {
      devicesToFlush[0].submit(request);
    } else {
      Splitter.Split split = splitter.split(request);
      try {
        for (BlockDevice device : devicesToFlush) {
          split.part(0, 0, 0).submitTo(device);
        }
      } catch (Throwable thrown) {
        split.fail(thrown);
      } finally {
        split.allIssued();
      }
    }
  }

  /**
   * How many sectors from the beginning of a range on are a hole (positive), or may hold data
   * (negative).
   */
  long extent(long sector, long sectors) {
    int rule = sector + sectors > tableSectors ? -1 : mapping.find(sector);
    return rule < 0
        ? -sectors
        : targets[rule].extent(
            sector - startSectors[rule], Math.min(sectors, endSectors[rule] - sector));
  }

  Limits limits() {
    return limits;
  }

  /** Combines the limits anew, as devices below may have changed since. */
  void refreshLimits() {
    limits = StackedLimits.ofTable(targets);
  }
}
