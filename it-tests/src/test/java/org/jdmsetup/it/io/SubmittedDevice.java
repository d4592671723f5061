package org.jdmsetup.it.io;

import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.control.device.MappedDevice;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * A device of an engine in this process, given requests as Linux's block layer gives them to a
 * driver: what lies beyond the end, what a read-only device may not get and what the device cannot
 * do is answered before it (block/fops.c, block/ioctl.c, block/blk-lib.c).
 */
final class SubmittedDevice implements IoDevice {
  private final MappedDevice device;

  /** The device counts as open until {@link #close}. */
  SubmittedDevice(MappedDevice device) {
    this.device = device;
    if (!device.retain()) {
      throw new IllegalStateException(device.description() + " is being removed");
    }
  }

  /** How many sectors of a range are on the device. */
  private int present(long sector, int sectors) {
    return (int) Math.max(0, Math.min(sectors, device.sizeSectors() - sector));
  }

  private boolean reachesBeyond(long sector, int sectors) {
    return sector + sectors > device.sizeSectors();
  }

  @Override
  public int read(long sector, int sectors, AlignedBuffer into) {
    int present = present(sector, sectors);
    if (present == 0) {
      return 0;
    }
    int errno = new BlockingIo(device).read(sector, present, into.address()).number();
    return errno == 0 ? present : -errno;
  }

  @Override
  public int write(long sector, int sectors, AlignedBuffer from, boolean fua) {
    if (device.readOnly()) {
      return -Errno.EPERM.number();
    }
    int present = present(sector, sectors);
    if (present == 0) {
      return -Errno.ENOSPC.number();
    }
    int errno = new BlockingIo(device).write(sector, present, from.address(), fua).number();
    if (errno == 0 && fua) {
      errno = -flush(); // as O_DSYNC does, for devices that know no FUA
    }
    return errno == 0 ? present : -errno;
  }

  @Override
  public int flush() {
    return -new BlockingIo(device).flush().number();
  }

  @Override
  public int discard(long sector, int sectors) {
    if (!device.supportsDiscard()) {
      return -Errno.EOPNOTSUPP.number();
    }
    if (reachesBeyond(sector, sectors)) {
      return -Errno.EINVAL.number();
    }
    if (device.readOnly()) {
      return -Errno.EPERM.number();
    }
    // What does not begin on a unit of the device comes apart.
    long unit = Math.max(1, Sectors.fromBytes(device.limits().discardGranularityBytes()));
    int head = (int) Math.min(sectors, Math.floorMod(-sector, unit));
    BlockingIo io = new BlockingIo(device);
    int errno = head > 0 ? io.discard(sector, head).number() : 0;
    if (sectors > head) {
      int rest = io.discard(sector + head, sectors - head).number();
      errno = errno == 0 ? rest : errno;
    }
    return errno == Errno.EOPNOTSUPP.number() ? 0 : -errno;
  }

  @Override
  public int zero(long sector, int sectors) {
    if (reachesBeyond(sector, sectors)) {
      return -Errno.EINVAL.number();
    }
    if (device.readOnly()) {
      return -Errno.EPERM.number();
    }
    BlockingIo io = new BlockingIo(device);
    if (device.supportsWriteZeroes() && io.writeZeroes(sector, sectors).isDone()) {
      return 0;
    }
    AlignedBuffer zeroes = new AlignedBuffer(sectors * Sectors.SIZE);
    return -io.write(sector, sectors, zeroes.address(), false).number();
  }

  @Override
  public void close() {
    device.release();
  }
}
