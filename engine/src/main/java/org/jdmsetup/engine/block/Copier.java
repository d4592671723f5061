package org.jdmsetup.engine.block;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Sectors;

/**
 * Copies ranges from one device to others in the background, as the kernel's kcopyd does: a few
 * jobs at a time, each in pieces, read and then written to all destinations at once. Data is not
 * flushed.
 *
 * <p>Each target has a copier of its own: a target stacked on another would otherwise wait for job
 * slots that the lower one needs. Safe to use from any thread.
 */
public final class Copier {
  private static final int PIECE_SECTORS = 1024;
  private static final int JOBS = 8;
  private static final IoBufferPool BUFFERS = new IoBufferPool(8L << 20);
  private static final RetryingThreadPool THREADS = new RetryingThreadPool("copy");

  private final IoBufferPool buffers;
  private final Object places = new Object();

  // guarded by places
  private final IntrusiveQueue<RetryingThreadPool.Task> waiting = new IntrusiveQueue<>();
  private int running;

  public Copier() {
    this(BUFFERS);
  }

  Copier(IoBufferPool buffers) {
    this.buffers = buffers;
  }

  /**
   * Where data goes.
   *
   * @param sector first one
   */
  public record Destination(BlockDevice device, long sector) {}

  /** Who is told when a job has ended. */
  public interface Done {
    /**
     * Called once, on a thread of the copier, also when something was thrown while it copied: then
     * all destinations have failed. What is thrown here is told to the log.
     *
     * @param reading the outcome of reading; if it is a failure, the job ended with it
     * @param failed bit <i>i</i> is set when a write to destination <i>i</i> failed
     */
    void copied(Outcome reading, long failed);
  }

  /**
   * Copies a range. A destination that fails is left out from then on; the job ends early when the
   * source or all destinations fail.
   *
   * @param from null to write zeroes
   * @param sectors not 0
   * @param to 1 to 63 destinations
   * @throws OutOfMemoryError when there is no memory for the job; nobody is told then
   */
  public void copy(
      BlockDevice from, long fromSector, long sectors, List<Destination> to, Done done) {
    Job job = new Job(from, fromSector, sectors, to, done);
    synchronized (places) {
      if (running == JOBS) {
        waiting.add(job);
        return;
      }
      running++;
    }
    THREADS.execute(job);
  }

  private void ended() {
    RetryingThreadPool.Task next;
    synchronized (places) {
      next = waiting.poll();
      if (next == null) {
        running--;
        return;
      }
    }
    THREADS.execute(next);
  }

  private enum Step {
    READ,
    WRITE,
    NEXT
  }

  /** One range on its way; runs on one thread at a time, a piece after the other. */
  private final class Job extends RetryingThreadPool.Task {
    private final BlockDevice from;
    private final long fromSector;
    private final long sectors;
    private final List<Destination> to;
    private final Done done;
    private final Request read = new Request(r -> THREADS.execute(this));
    private final Request[] writes;
    private final AtomicInteger pending = new AtomicInteger();

    private IoBuffer buffer;
    private Step step = Step.READ;
    private long copied;
    private long piece;
    private long failed;

    Job(BlockDevice from, long fromSector, long sectors, List<Destination> to, Done done) {
      this.from = from;
      this.fromSector = fromSector;
      this.sectors = sectors;
      this.to = List.copyOf(to);
      this.done = done;
      writes = new Request[to.size()];
      for (int i = 0; i < writes.length; i++) {
        writes[i] = new Request(r -> written());
      }
    }

    @Override
    public void run() {
      try {
        proceed();
      } catch (Throwable thrown) {
        Faults.log("copying", thrown);
        failed = -1L >>> Long.SIZE - writes.length;
        end(Outcome.DONE);
      }
    }

    /** Nothing is under way when this throws. */
    private void proceed() {
      while (true) {
        switch (step) {
          case READ -> {
            piece = Math.min(PIECE_SECTORS, sectors - copied);
            step = Step.WRITE;
            if (!readPiece()) {
              return;
            }
          }
          case WRITE -> {
            if (from != null && !read.outcome().isDone()) {
              end(read.outcome());
              return;
            }
            step = Step.NEXT;
            if (!writePiece()) {
              return;
            }
          }
          default -> {
            for (int i = 0; i < writes.length; i++) {
              if (!hasFailed(i) && !writes[i].outcome().isDone()) {
                failed |= 1L << i;
              }
            }
            copied += piece;
            step = Step.READ;
            if (copied == sectors || Long.bitCount(failed) == writes.length) {
              end(Outcome.DONE);
              return;
            }
          }
        }
      }
    }

    private boolean hasFailed(int destination) {
      return (failed & 1L << destination) != 0;
    }

    /** False when the read is under way: the job runs again when it is complete. */
    private boolean readPiece() {
      if (buffer == null) {
        buffer = buffers.take((int) Sectors.toBytes(Math.min(PIECE_SECTORS, sectors)));
        if (from == null) {
          NativeIo.C.memset(buffer.data(), 0, buffer.capacity());
        }
      }
      if (from == null) {
        return true;
      }
      read.start(Request.Op.READ, fromSector + copied, piece, buffer.data());
      read.submitTo(from);
      return !read.detach();
    }

    /** False when writes are under way: the job runs again when all are complete. */
    private boolean writePiece() {
      pending.set(1);
      for (int i = 0; i < writes.length; i++) {
        if (!hasFailed(i)) {
          pending.incrementAndGet();
          Destination destination = to.get(i);
          Request write = writes[i];
          long sector = destination.sector() + copied;
          write.start(Request.Op.WRITE, sector, piece, buffer.data());
          write.submitTo(destination.device());
          if (!write.detach()) {
            pending.decrementAndGet();
          }
        }
      }
      return pending.decrementAndGet() == 0;
    }

    private void written() {
      if (pending.decrementAndGet() == 0) {
        THREADS.execute(this);
      }
    }

    private void end(Outcome reading) {
      if (buffer != null) {
        buffers.release(buffer);
        buffer = null;
      }
      try {
        done.copied(reading, failed);
      } catch (Throwable thrown) {
        Faults.log("the end of a copy", thrown);
      }
      ended();
    }
  }
}
