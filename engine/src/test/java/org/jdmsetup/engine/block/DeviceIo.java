package org.jdmsetup.engine.block;

import java.util.concurrent.CountDownLatch;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Sectors;

/** One request at a time against a device, waiting for its end; for tests. */
public final class DeviceIo {
  private final BlockDevice device;
  private final AlignedBuffer buffer;
  private volatile CountDownLatch done;
  private final Request request = new Request(r -> done.countDown());

  public DeviceIo(BlockDevice device, int sectors) {
    this.device = device;
    buffer = new AlignedBuffer(sectors * Sectors.SIZE);
  }

  public AlignedBuffer buffer() {
    return buffer;
  }

  /** Submits and waits; the error number. */
  public int run(Request.Op op, long sector, long sectors, long address, boolean fua) {
    done = new CountDownLatch(1);
    request.start(op, sector, sectors, address).fua(fua);
    device.submit(request);
    if (request.detach()) {
      try {
        done.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return request.outcome().number();
  }

  public int run(Request.Op op, long sector, long sectors) {
    return run(op, sector, sectors, buffer.address(), false);
  }

  /** Fills sectors, each with bytes of its own, and writes them. */
  public int write(long sector, int sectors, int seed) {
    fill(buffer, sector, sectors, seed);
    return run(Request.Op.WRITE, sector, sectors);
  }

  /** Fills memory with what {@link #write} writes to these sectors. */
  public static void fill(AlignedBuffer buffer, long sector, int sectors, int seed) {
    for (int i = 0; i < sectors; i++) {
      for (int b = 0; b < 512; b += 8) {
        buffer.bytes().putLong(i * Sectors.SIZE + b, pattern(sector + i, seed, b));
      }
    }
  }

  public int read(long sector, int sectors) {
    return run(Request.Op.READ, sector, sectors);
  }

  /** Whether what was read last is what {@link #write} writes for these sectors. */
  public boolean holds(long sector, int sectors, int seed) {
    for (int i = 0; i < sectors; i++) {
      if (!holdsAt(i, sector + i, seed)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether one sector of the buffer is what {@link #write} writes.
   *
   * @param seed 0 for a sector that was never written
   */
  public boolean holdsAt(int index, long sector, int seed) {
    for (int b = 0; b < 512; b += 8) {
      long expected = seed == 0 ? 0 : pattern(sector, seed, b);
      if (buffer.bytes().getLong(index * Sectors.SIZE + b) != expected) {
        return false;
      }
    }
    return true;
  }

  /** Whether what was read last is zero. */
  public boolean holdsZeroes(int sectors) {
    for (int b = 0; b < sectors * Sectors.SIZE; b += 8) {
      if (buffer.bytes().getLong(b) != 0) {
        return false;
      }
    }
    return true;
  }

  private static long pattern(long sector, int seed, int at) {
    return (sector * 0x9E3779B97F4A7C15L) ^ ((long) seed << 40) ^ at;
  }
}
