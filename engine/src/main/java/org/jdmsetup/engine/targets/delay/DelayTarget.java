package org.jdmsetup.engine.targets.delay;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DelayParams;

/**
 * Passes requests on after a time, reads, writes and flushes each to a device of their own. They
 * wait in one list; a timer fires when the earliest is due. Between the start of a suspend and the
 * resume no request is delayed.
 */
public final class DelayTarget implements Target {
  private final DelayParams params;

  /** For reads, writes and flushes. */
  private final DelayClass[] classes = new DelayClass[3];

  private final List<DeviceArea> areas;
  private final WorkQueue queue = new WorkQueue();
  private final WorkQueue.Job submitDue = queue.job(this::submitDue);

  // guarded by this
  private boolean delaying = true;
  private final IntrusiveQueue<DelayedRequest> waiting = new IntrusiveQueue<>();
  private final IntrusiveQueue<DelayedRequest> free = new IntrusiveQueue<>();
  private Future<?> timer;
  private long timerDue;

  /** The work queue's: what is due and goes on now. */
  private final IntrusiveQueue<DelayedRequest> due = new IntrusiveQueue<>();

  /** What becomes of a class of requests. */
  private static final class DelayClass {
    private final Backing device;
    private final long start;
    private final long nanos;

    /** How many of its requests wait. */
    private int count;

    DelayClass(Backing device, DelayParams.Route route) {
      this.device = device;
      start = route.start().count();
      nanos = TimeUnit.MILLISECONDS.toNanos(route.millis());
    }
  }

  /** A request that waits until it is due; the object is reused. */
  private static final class DelayedRequest extends IntrusiveQueue.Link<DelayedRequest> {
    private Request request;
    private DelayClass delayClass;

    /** Of {@link System#nanoTime}. */
    private long due;
  }

  public DelayTarget(TargetContext context, DelayParams params) throws TargetException {
    this.params = params;
    List<DelayParams.Route> routes = params.routes();
    for (int i = 0; i < classes.length; i++) {
      DelayParams.Route route = routes.get(Math.min(i, routes.size() - 1));
      classes[i] = new DelayClass(context.open(route.device(), "Device lookup failed"), route);
    }
    areas =
        List.of(classes).stream()
            .map(
                delayClass ->
                    new DeviceArea(
                        delayClass.device, new Sectors(delayClass.start), params.length()))
            .toList();
  }

  @Override
  public void submit(Request request, int copy) {
    DelayClass delayClass =
        switch (request.op()) {
          case READ -> classes[0];
          case FLUSH -> classes[2];
          default -> classes[1];
        };
    if (request.op() != Request.Op.FLUSH) {
      request.sector(delayClass.start + request.sector());
    }
    if (delayClass.nanos == 0 || !delay(request, delayClass)) {
      delayClass.device.submit(request);
    }
  }

  private synchronized boolean delay(Request request, DelayClass delayClass) {
    if (!delaying) {
      return false;
    }
    DelayedRequest delayed = free.poll();
    if (delayed == null) {
      delayed = new DelayedRequest();
    }
    delayed.due = System.nanoTime() + delayClass.nanos;
    wakeAt(delayed.due); // first, as it may throw; should it go off now, it waits for the monitor
    request.handOver();
    delayed.request = request;
    delayed.delayClass = delayClass;
    waiting.add(delayed);
    delayClass.count++;
    return true;
  }

  private void wakeAt(long due) {
    if (timer != null && timerDue - due <= 0) {
      return;
    }
    long nanos = Math.max(0, due - System.nanoTime());
    Future<?> next = queue.schedule(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999), submitDue);
    cancelTimer();
    timerDue = due;
    timer = next;
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void submitDue() {
    synchronized (this) {
      cancelTimer();
      DelayedRequest next = takeDue();
      if (next != null) {
        try {
          wakeAt(next.due);
        } catch (Throwable thrown) {
          Faults.log("waiting for a request's time, which goes on now,", thrown);
          takeAll(due);
        }
      }
    }
    submitAll(due);
  }

  /** Takes those that are due out of the list; gives the one of the others that is due next. */
  private DelayedRequest takeDue() {
    long now = System.nanoTime();
    DelayedRequest next = null;
    for (int i = size(); i > 0; i--) {
      DelayedRequest delayed = waiting.poll();
      if (delayed.due - now <= 0) {
        moveTo(delayed, due);
      } else {
        waiting.add(delayed); // once around: the order stays
        next = next == null || delayed.due - next.due < 0 ? delayed : next;
      }
    }
    return next;
  }

  private void takeAll(IntrusiveQueue<DelayedRequest> into) {
    for (DelayedRequest delayed = waiting.poll(); delayed != null; delayed = waiting.poll()) {
      moveTo(delayed, into);
    }
  }

  private static void moveTo(DelayedRequest delayed, IntrusiveQueue<DelayedRequest> into) {
    delayed.delayClass.count--;
    into.add(delayed);
  }

  /** How many requests wait. */
  private int size() {
    return classes[0].count + classes[1].count + classes[2].count;
  }

  private void submitAll(IntrusiveQueue<DelayedRequest> taken) {
    for (DelayedRequest delayed = taken.poll(); delayed != null; delayed = taken.poll()) {
      Request request = delayed.request;
      DelayClass delayClass = delayed.delayClass;
      recycle(delayed);
      request.submitTo(delayClass.device);
    }
  }

  private synchronized void recycle(DelayedRequest delayed) {
    delayed.request = null;
    free.addFirst(delayed);
  }

  @Override
  public void presuspend() {
    IntrusiveQueue<DelayedRequest> all = new IntrusiveQueue<>();
    synchronized (this) {
      delaying = false;
      cancelTimer();
      takeAll(all);
    }
    submitAll(all);
  }

  @Override
  public synchronized void resume() {
    delaying = true;
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.FLUSH || op == Request.Op.DISCARD ? 1 : 0;
  }

  @Override
  public List<DeviceArea> areas() {
    return areas;
  }

  @Override
  public synchronized String info() {
    return classes[0].count + " " + classes[1].count + " " + classes[2].count;
  }

  @Override
  public String table() {
    Iterator<DelayClass> inOrder = List.of(classes).iterator();
    return params.text(device -> inOrder.next().device.tableWord());
  }
}
