package org.jdmsetup.engine.expose.nbd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.RetryingThreadPool;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * Answers what is allocated of a device, one question of a connection after the other, on a thread
 * that may wait: a file system may have to read where a file's data lies.
 */
final class NbdAllocation extends RetryingThreadPool.Task {

  /** In one answer; a client asks on where it ends. */
  private static final int MAX_EXTENTS = 512;

  /** How often the device is asked for one answer. */
  private static final int MAX_QUERIES = 8 * MAX_EXTENTS;

  /** The context's number, then 8 bytes for each extent. */
  static final int MAX_ANSWER = 4 + 8 * MAX_EXTENTS;

  private static final RetryingThreadPool THREADS = new RetryingThreadPool("nbd-allocation");

  private final BlockDevice device;

  /** Guarded by its own monitor. */
  private final IntrusiveQueue<LoopTask> questions = new IntrusiveQueue<>();

  private boolean running;

  NbdAllocation(BlockDevice device) {
    this.device = device;
  }

  /**
   * Answers an operation, which tells its connection.
   *
   * @param op with a buffer for {@link #MAX_ANSWER} bytes
   */
  void answer(NbdOp op) {
    synchronized (questions) {
      questions.add(op);
      if (running) {
        return;
      }
      running = true;
    }
    THREADS.execute(this);
  }

  @Override
  public void run() {
    for (NbdOp op = next(); op != null; op = next()) {
      try {
        op.answerLength = describe(op);
        op.outcome = Outcome.DONE;
      } catch (Throwable thrown) {
        Faults.log("saying what is allocated of a device", thrown);
        op.outcome = Outcome.failed(Errno.EIO);
      }
      op.tell();
    }
  }

  private NbdOp next() {
    synchronized (questions) {
      NbdOp next = (NbdOp) questions.poll();
      running = next != null;
      return next;
    }
  }

  private int describe(NbdOp op) {
    boolean one = (op.flags & NbdProtocol.CMD_FLAG_REQ_ONE) != 0;
    int most = one ? 1 : MAX_EXTENTS;
    ByteBuffer b = op.buffer.bytes().order(ByteOrder.BIG_ENDIAN);
    b.putInt(IoBuffer.HEADROOM, NbdProtocol.ALLOCATION_ID);
    int first = IoBuffer.HEADROOM + 4;
    int at = first;
    long sector = Sectors.fromBytes(op.offset);
    long end = Sectors.fromBytes(op.offset + op.length);
    long run = 0;
    boolean hole = false;
    for (int asked = 0; sector < end && asked < MAX_QUERIES; asked++) {
      long found = device.extent(sector, end - sector);
      if (run > 0 && found > 0 != hole) {
        at = extent(b, at, run, hole);
        run = 0;
        if (at - first == 8 * most) {
          break;
        }
      }
      hole = found > 0;
      run += Math.abs(found);
      sector += Math.abs(found);
    }
    if (run > 0) {
      at = extent(b, at, run, hole);
    }
    b.order(ByteOrder.nativeOrder());
    return at - IoBuffer.HEADROOM;
  }

  private static int extent(ByteBuffer b, int at, long sectors, boolean hole) {
    b.putInt(at, (int) Sectors.toBytes(sectors));
    b.putInt(at + 4, hole ? NbdProtocol.STATE_HOLE | NbdProtocol.STATE_ZERO : 0);
    return at + 8;
  }
}
