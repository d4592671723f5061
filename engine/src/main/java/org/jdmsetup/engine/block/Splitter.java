package org.jdmsetup.engine.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jdmsetup.tables.Sectors;

/**
 * Cuts requests into parts and completes them when all their parts are done, with the error that
 * arrived last; a part that is to be requeued ({@link Outcome#REQUEUE}) outweighs errors. Parts and
 * the counters of split requests are kept and used again.
 */
public final class Splitter {
  private static final int POOL_SIZE = 1024;

  private final Pool<Part> parts = new Pool<>(POOL_SIZE, Part::new);
  private final Pool<Split> splits = new Pool<>(POOL_SIZE, Split::new);

  /**
   * Cuts a read or write at multiples of {@code unit} sectors (a target's chunks; what cuts at the
   * ends of rules uses {@link #split}) and has each part served. A request that lies within one
   * unit is served as it is: what is thrown then is thrown from here, else this returns normally.
   */
  public void cut(Request whole, long unit, Request.Handler handler) {
    long sector = whole.sector();
    if ((sector & unit - 1) + whole.sectors() <= unit) {
      handler.submit(whole);
      return;
    }
    long end = sector + whole.sectors();
    long address = whole.address();
    Split split = split(whole);
    try {
      while (sector < end) {
        long sectors = Math.min(end - sector, unit - (sector & unit - 1));
        split.part(sector, sectors, address).submitTo(handler);
        sector += sectors;
        address += Sectors.toBytes(sectors);
      }
    } catch (Throwable thrown) {
      split.fail(thrown);
    } finally {
      split.allIssued();
    }
  }

  /**
   * Begins to split a request and takes it over. The caller must call {@link Split#allIssued} in
   * any case; if something was thrown before, after {@link Split#fail(Throwable)}.
   */
  public Split split(Request whole) {
    Split split = splits.take();
    split.begin(whole);
    return split;
  }

  /** A request that is being split. */
  public final class Split {
    private static final VarHandle PENDING;

    static {
      try {
        PENDING = MethodHandles.lookup().findVarHandle(Split.class, "pending", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private Request whole;
    private volatile Outcome outcome;
    private volatile boolean requeue;

    /** Parts under way, and one while parts are still being issued. */
    @SuppressWarnings("unused") // through PENDING
    private volatile int pending;

    private void begin(Request whole) {
      this.whole = whole;
      whole.handOver();
      outcome = Outcome.DONE;
      requeue = false;
      pending = 1;
    }

    /** What is asked for. */
    public Request.Op op() {
      return whole.op();
    }

    /**
     * A part, ready to be submitted; it is counted as under way.
     *
     * @param address native address of the part's data
     */
    public Request part(long sector, long sectors, long address) {
      Part part = parts.take();
      part.split = this;
      PENDING.getAndAdd(this, 1);
      Request request = part.request;
      request.start(whole.op(), sector, sectors, address);
      request.fua(whole.fua()).mayUnmap(whole.mayUnmap());
      request.push(part, 0);
      return request;
    }

    /** Counts an error of the request as a whole. */
    public void fail(Outcome failure) {
      if (failure == Outcome.REQUEUE) {
        requeue = true;
      } else {
        outcome = failure;
      }
    }

    /** Something was thrown: the request fails when the parts that were issued are done. */
    public void fail(Throwable thrown) {
      outcome = Outcome.EIO;
      Faults.log("cutting a request", thrown);
    }

    /** All parts are issued: the request completes with the last of them. */
    public void allIssued() {
      finished();
    }

    private void finished() {
      if ((int) PENDING.getAndAdd(this, -1) == 1) {
        Request done = whole;
        Outcome reached = requeue ? Outcome.REQUEUE : outcome;
        whole = null;
        splits.recycle(this);
        done.complete(reached);
      }
    }
  }

  /** A part's request, and whom to tell when it is done. */
  private final class Part implements Stage {
    private final Request request = new Request();
    private Split split;

    @Override
    public boolean done(Request done, long cookie) {
      Split whole = split;
      Outcome outcome = done.outcome();
      done.handOver();
      split = null;
      parts.recycle(this);
      if (!outcome.isDone()) {
        whole.fail(outcome);
      }
      whole.finished();
      return false;
    }
  }
}
