package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.file.Path;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/** A device behind a block node, opened with O_DIRECT. */
final class NodeDevice implements IoDevice {
  private static final NativeIo C = NativeIo.C;

  private static final ThreadLocal<AlignedBuffer> RANGE =
      ThreadLocal.withInitial(() -> new AlignedBuffer(16));

  private final int plain;
  private final int durable;

  private NodeDevice(int plain, int durable) {
    this.plain = plain;
    this.durable = durable;
  }

  static NodeDevice open(Path node) throws IOException {
    int flags = Linux.O_CLOEXEC | Linux.O_DIRECT;
    int plain = C.open(node.toString(), flags | Linux.O_RDWR, 0);
    if (plain < 0 && NativeIo.errno() == Errno.EACCES.number()) {
      plain = C.open(node.toString(), flags | Linux.O_RDONLY, 0);
      if (plain >= 0) {
        return new NodeDevice(plain, -1);
      }
    }
    if (plain < 0) {
      throw new IOException(node + ": " + Errno.text(NativeIo.errno()));
    }
    int durable = C.open(node.toString(), flags | Linux.O_RDWR | Linux.O_DSYNC, 0);
    if (durable < 0) {
      int errno = NativeIo.errno();
      C.close(plain);
      throw new IOException(node + ": " + Errno.text(errno));
    }
    return new NodeDevice(plain, durable);
  }

  private boolean readOnly() {
    return durable < 0;
  }

  private static int moved(long bytes) {
    return bytes < 0 ? -NativeIo.errno() : (int) Sectors.fromBytes(bytes);
  }

  @Override
  public int read(long sector, int sectors, AlignedBuffer into) {
    return moved(C.pread(plain, into.address(), Sectors.toBytes(sectors), Sectors.toBytes(sector)));
  }

  @Override
  public int write(long sector, int sectors, AlignedBuffer from, boolean fua) {
    if (readOnly()) {
      return -Errno.EPERM.number();
    }
    return moved(
        C.pwrite(
            fua ? durable : plain,
            from.address(),
            Sectors.toBytes(sectors),
            Sectors.toBytes(sector)));
  }

  @Override
  public int flush() {
    return C.fsync(plain) == 0 ? 0 : -NativeIo.errno();
  }

  @Override
  public int discard(long sector, int sectors) {
    return ranged(Linux.BLKDISCARD, sector, sectors);
  }

  @Override
  public int zero(long sector, int sectors) {
    return ranged(Linux.BLKZEROOUT, sector, sectors);
  }

  private int ranged(long command, long sector, int sectors) {
    if (readOnly()) {
      return -Errno.EPERM.number();
    }
    AlignedBuffer range = RANGE.get();
    range.bytes().putLong(0, Sectors.toBytes(sector)).putLong(8, Sectors.toBytes(sectors));
    return C.ioctl(plain, command, range.address()) == 0 ? 0 : -NativeIo.errno();
  }

  @Override
  public void close() {
    C.close(plain);
    if (durable >= 0) {
      C.close(durable);
    }
  }
}
