package org.jdmsetup.engine.targets.switching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.SwitchParams;
import org.jdmsetup.tables.text.Words;

/** Sends each region to the path that a message chose for it. */
public final class SwitchTarget implements Target {
  private final SwitchParams params;
  private final long regionSectors;
  private final Backing[] devices;
  private final long[] starts;
  private final TargetContext context;
  private volatile RegionTable table;

  /** What a message is about to make of the table; null while none is under way. */
  private volatile RegionTable pendingTable;

  public SwitchTarget(TargetContext context, SwitchParams params) throws TargetException {
    this.context = context;
    this.params = params;
    regionSectors = params.region().count();
    int count = params.paths().size();
    devices = new Backing[count];
    starts = new long[count];
    for (int i = 0; i < count; i++) {
      SwitchParams.Path path = params.paths().get(i);
      devices[i] = context.open(path.device(), "Device lookup failed");
      starts[i] = path.start().count();
    }
    table =
        new RegionTable(Long.divideUnsigned(params.length().count() - 1, regionSectors) + 1, count);
    if (context.isRestored()) {
      new RegionMessage(table, count).apply(Words.of(context.restoredState()).list());
    }
  }

  @Override
  public void submit(Request request, int copy) {
    int path = copy;
    if (request.op() != Request.Op.FLUSH) {
      path = table.get(request.sector() / regionSectors);
      request.sector(starts[path] + request.sector());
    }
    devices[path].submit(request);
  }

  @Override
  public Sectors maxIoLength() {
    return params.region();
  }

  /** A flush reaches every path, unlike a kernel's: what was flushed is safe. */
  @Override
  public int copies(Request.Op op) {
    return switch (op) {
      case FLUSH -> devices.length;
      case WRITE_ZEROES -> 0;
      default -> 1;
    };
  }

  @Override
  public boolean flushesDevicesOnly() {
    return true;
  }

  @Override
  public List<DeviceArea> areas() {
    List<DeviceArea> areas = new ArrayList<>(devices.length);
    for (int i = 0; i < devices.length; i++) {
      areas.add(new DeviceArea(devices[i], params.paths().get(i).start(), params.length()));
    }
    return areas;
  }

  @Override
  public String message(List<String> words) throws TargetException {
    if (!words.get(0).equalsIgnoreCase("set_region_mappings")) {
      throw new TargetException(
          Errno.EINVAL,
          "Unrecognised message received.",
          "'" + words.get(0) + "', expected set_region_mappings");
    }
    RegionTable changed = table.copy();
    try {
      new RegionMessage(changed, devices.length).apply(words.subList(1, words.size()));
    } finally {
      install(changed); // what comes before a bad word has its effect
    }
    return null;
  }

  /**
   * Installs a table after it was saved durably. Otherwise a write could go to a path on which it
   * is not looked for after a restart.
   */
  private void install(RegionTable changed) throws TargetException {
    pendingTable = changed;
    try {
      if (!context.saveState()) {
        throw TargetException.stateNotSaved();
      }
      table = changed;
    } finally {
      pendingTable = null;
    }
  }

  /** The words of a message that sets the regions as they are, or are about to be. */
  @Override
  public String savedState() {
    RegionTable next = pendingTable;
    return RegionMessage.wordsFor(next == null ? table : next, devices.length);
  }

  @Override
  public String table() {
    Iterator<Backing> inOrder = List.of(devices).iterator();
    return params.text(device -> inOrder.next().tableWord());
  }
}
