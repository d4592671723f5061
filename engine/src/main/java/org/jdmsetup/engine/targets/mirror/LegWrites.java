package org.jdmsetup.engine.targets.mirror;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jdmsetup.engine.block.Pool;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;

/** Sends requests to all legs at once. What is needed for one is kept and used again. */
final class LegWrites {
  private static final int POOL_SIZE = 256;

  /** Who is told when all legs are done. */
  interface Done {
    /**
     * Must not throw: the request is nobody else's.
     *
     * @param failed bit <i>i</i> is set when leg <i>i</i> answered with an error
     */
    void written(Request request, int failed);
  }

  private final Legs legs;
  private final Done done;
  private final Pool<Copies> pool = new Pool<>(POOL_SIZE, Copies::new);

  LegWrites(Legs legs, Done done) {
    this.legs = legs;
    this.done = done;
  }

  /**
   * Submits a request, whose sector is the rule's, to each leg. When this throws, the request is
   * the caller's still.
   */
  void submit(Request request) {
    pool.take().submit(request);
  }

  /** One request on its way to all legs. */
  private final class Copies implements Stage {
    private static final VarHandle PENDING;
    private static final VarHandle FAILED;

    static {
      try {
        PENDING = MethodHandles.lookup().findVarHandle(Copies.class, "pending", int.class);
        FAILED = MethodHandles.lookup().findVarHandle(Copies.class, "failed", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final Request[] requests = new Request[legs.count()];
    private Request whole;

    /** Legs under way, and one while the others are still being issued. */
    @SuppressWarnings("unused") // through PENDING
    private volatile int pending;

    @SuppressWarnings("unused") // through FAILED
    private volatile int failed;

    Copies() {
      for (int i = 0; i < requests.length; i++) {
        requests[i] = new Request();
      }
    }

    void submit(Request request) {
      whole = request;
      request.handOver();
      failed = 0;
      pending = requests.length + 1;
      boolean flush = request.op() == Request.Op.FLUSH;
      for (int i = 0; i < requests.length; i++) {
        Leg leg = legs.get(i);
        Request copy = requests[i];
        long sector = flush ? 0 : leg.start() + request.sector();
        copy.start(request.op(), sector, request.sectors(), request.address());
        copy.fua(request.fua()).push(this, i);
        copy.submitTo(leg.device());
      }
      finished();
    }

    @Override
    public boolean done(Request copy, long leg) {
      if (!copy.outcome().isDone()) {
        FAILED.getAndBitwiseOr(this, 1 << leg);
      }
      copy.handOver(); // it may be used again at once
      finished();
      return false;
    }

    private void finished() {
      if ((int) PENDING.getAndAdd(this, -1) == 1) {
        Request request = whole;
        int outcome = failed;
        whole = null;
        pool.recycle(this);
        done.written(request, outcome);
      }
    }
  }
}
