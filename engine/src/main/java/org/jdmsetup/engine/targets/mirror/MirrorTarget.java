package org.jdmsetup.engine.targets.mirror;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.MirrorParams;
import org.jdmsetup.tables.parameters.MirrorParams.Sync;
import org.jdmsetup.tables.text.Words;

/**
 * The same data on several legs. Reads and writes to regions that are being written anyway go
 * straight to the legs; the rest is the {@link MirrorWorker}'s.
 */
public final class MirrorTarget implements Target {
  private static final String LOG_FAULT = "Error creating mirror dirty log";

  private final MirrorParams params;
  private final Backing logDevice;
  private final Legs legs;
  private final DirtyLog log;
  private final ReadPath reads;
  private final MirrorWorker worker;

  public MirrorTarget(TargetContext context, MirrorParams params) throws TargetException {
    this.params = params;
    logDevice = params.logDevice() == null ? null : logDevice(context, params.logDevice());
    int logSize = logDevice == null ? 0 : logSize(params, logDevice);
    // Restored, it may have had writes under way: what the rule says of its legs does not hold.
    Sync start = context.isRestored() ? Sync.DEFAULT : params.sync();
    SyncBits sync = syncBits(params, start);
    List<Leg> opened = new ArrayList<>();
    for (MirrorParams.Leg leg : params.legs()) {
      Backing device = context.openToWrite(leg.device(), "Device lookup failure");
      opened.add(new Leg(opened.size(), device, leg.start().count()));
    }
    legs = new Legs(params, opened, context::raiseEvent);
    restoreDefaultLeg(context.restoredState());
    log =
        logDevice == null
            ? new CoreLog(sync)
            : new DiskLog(sync, start, logDevice, logSize, legs::flush, context::raiseEvent);
    Regions regions = new Regions(log, params.region().count());
    reads = new ReadPath(legs, sync, regions);
    worker = new MirrorWorker(context, params, legs, log, regions);
  }

  private void restoreDefaultLeg(String saved) {
    for (int i = 0; i < legs.count(); i++) {
      if (Integer.toString(i).equals(saved)) {
        legs.defaultLeg(i);
      }
    }
  }

  private static Backing logDevice(TargetContext context, DeviceRef device) throws TargetException {
    try {
      return context.openToWrite(device, LOG_FAULT);
    } catch (TargetException e) {
      throw e.as(Errno.EINVAL); // kernels tell no more than that there is no log
    }
  }

  private static int logSize(MirrorParams params, Backing device) throws TargetException {
    long block = device.logicalBlockSize();
    long size = (params.logBytes() + block - 1) / block * block;
    if (size > Sectors.toBytes(device.sizeSectors())) {
      throw new TargetException(
          Errno.EINVAL,
          LOG_FAULT,
          "log device " + device.description() + " too small: need " + size + " bytes");
    }
    return (int) size; // as long as there can be bits for them, see syncBits
  }

  private static SyncBits syncBits(MirrorParams params, Sync start) throws TargetException {
    long regions = params.regions();
    String found = regions + " regions need more memory than there is; expected larger regions";
    if (Long.compareUnsigned(regions, 8L * (Integer.MAX_VALUE - 16384)) > 0) {
      throw new TargetException(Errno.EINVAL, LOG_FAULT, found);
    }
    try {
      return new SyncBits(regions, start == Sync.NOSYNC);
    } catch (OutOfMemoryError e) {
      throw new TargetException(Errno.EINVAL, LOG_FAULT, found);
    }
  }

  @Override
  public void submit(Request request, int copy) {
    switch (request.op()) {
      case READ -> reads.submit(request);
      case WRITE, FLUSH, DISCARD -> worker.writes().submit(request);
      default -> request.complete(Outcome.failed(Errno.EOPNOTSUPP));
    }
  }

  @Override
  public Sectors maxIoLength() {
    return params.region();
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.WRITE_ZEROES ? 0 : 1;
  }

  @Override
  public List<DeviceArea> areas() {
    List<DeviceArea> areas = new ArrayList<>();
    for (int i = 0; i < legs.count(); i++) {
      Sectors start = params.legs().get(i).start();
      areas.add(new DeviceArea(legs.get(i).device(), start, params.length()));
    }
    return areas;
  }

  @Override
  public String info() {
    StringBuilder text = new StringBuilder().append(legs.count());
    for (int i = 0; i < legs.count(); i++) {
      text.append(' ').append(Words.escape(legs.get(i).device().tableWord()));
    }
    SyncBits sync = log.sync();
    text.append(' ').append(sync.count()).append('/').append(sync.regions());
    return text.append(" 1 ").append(legs.letters()).append(' ').append(log.info()).toString();
  }

  @Override
  public String measurement() {
    StringBuilder text = new StringBuilder().append(",nr_mirrors=").append(legs.count());
    String letters = legs.letters();
    for (int i = 0; i < legs.count(); i++) {
      String leg = ",mirror_device_" + i;
      text.append(leg).append('=').append(legs.get(i).device().tableWord());
      text.append(leg).append("_status=").append(letters.charAt(i));
    }
    text.append(",handle_errors=").append(params.handleErrors() ? 'y' : 'n');
    text.append(",keep_log=").append(params.keepLog() ? 'y' : 'n');
    return text.append(",log_type_status=;").toString(); // logs measure nothing
  }

  @Override
  public String table() {
    return params.text(this::word);
  }

  private String word(DeviceRef device) {
    for (int i = 0; i < legs.count(); i++) {
      if (params.legs().get(i).device().equals(device)) {
        return legs.get(i).device().tableWord();
      }
    }
    return logDevice.tableWord();
  }

  /** The leg whose data counts: after a restart the others are made like it. */
  @Override
  public String savedState() {
    return Integer.toString(legs.defaultLeg().index());
  }

  @Override
  public void presuspend() {
    worker.presuspend();
  }

  @Override
  public void presuspendUndo() {
    worker.presuspendUndo();
  }

  @Override
  public void postsuspend() {
    worker.postsuspend();
  }

  @Override
  public void resume() {
    worker.resume();
  }

  @Override
  public void close() {
    worker.close();
  }
}
