package org.jdmsetup.engine.block;

import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Sectors;

/**
 * A device that writes everything twice, first to a journal of one place: small enough to be seen
 * through, and with orders of writing that are wrong, which tests of power cuts must find.
 *
 * <p>Every write is durable when it completes. The journal: sector 0 says where the data at sector
 * 1 belongs; magic, sector, sectors, or zero.
 */
final class JournalledDevice implements BlockDevice {
  private static final long MAGIC = 0x6a6f75726e616c21L;
  private static final int LARGEST = 16;

  /** How writes follow each other. */
  enum Order {
    RIGHT,
    /** The place is said to be valid before its data is. */
    PLACE_BEFORE_DATA,
    /** The place is used again before the data is durable at home. */
    NO_FLUSH_AT_HOME,
    /** The data goes home at once. */
    NO_JOURNAL
  }

  private final BlockDevice home;
  private final BlockingIo homeIo;
  private final BlockingIo journal;
  private final Order order;
  private final AlignedBuffer head = new AlignedBuffer(512);
  private final AlignedBuffer data = new AlignedBuffer(LARGEST * Sectors.SIZE);

  JournalledDevice(BlockDevice home, BlockDevice journal, Order order) {
    this.home = home;
    homeIo = new BlockingIo(home);
    this.journal = new BlockingIo(journal);
    this.order = order;
    recover();
  }

  private void recover() {
    journal.read(0, 1, head.address());
    if (head.bytes().getLong(0) == MAGIC) {
      long sector = head.bytes().getLong(8);
      long sectors = head.bytes().getLong(16);
      journal.read(1, sectors, data.address());
      homeIo.write(sector, sectors, data.address(), false);
      homeIo.flush();
    }
    mark(0, 0, 0);
  }

  private void mark(long magic, long sector, long sectors) {
    head.bytes().putLong(0, magic).putLong(8, sector).putLong(16, sectors);
    journal.write(0, 1, head.address(), true);
  }

  @Override
  public void submit(Request request) {
    switch (request.op()) {
      case READ -> home.submit(request);
      case FLUSH -> request.complete(Outcome.DONE);
      case WRITE -> write(request);
      default -> throw new IllegalArgumentException("no " + request.op());
    }
  }

  private synchronized void write(Request request) {
    long sector = request.sector();
    long sectors = request.sectors();
    NativeIo.C.memcpy(data.address(), request.address(), sectors * Sectors.SIZE);
    if (order != Order.NO_JOURNAL) {
      if (order == Order.PLACE_BEFORE_DATA) {
        mark(MAGIC, sector, sectors);
      }
      journal.write(1, sectors, data.address(), false);
      if (order != Order.PLACE_BEFORE_DATA) {
        journal.flush();
        mark(MAGIC, sector, sectors);
      }
    }
    homeIo.write(sector, sectors, data.address(), false);
    if (order != Order.NO_FLUSH_AT_HOME && order != Order.NO_JOURNAL) {
      homeIo.flush();
    }
    mark(0, 0, 0);
    request.complete(Outcome.DONE);
  }

  @Override
  public long sizeSectors() {
    return home.sizeSectors();
  }

  @Override
  public int logicalBlockSize() {
    return 512;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean supportsDiscard() {
    return false;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return false;
  }
}
