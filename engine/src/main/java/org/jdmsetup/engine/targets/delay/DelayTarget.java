package org.jdmsetup.engine.targets.delay;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.parameters.DelayParams;
import org.jdmsetup.tables.text.Words;

/**
 * Passes requests on after a time, reads, writes and flushes each to a device of their own. They
 * wait in one line; a timer goes off when the first of them is due. From the moment at which a
 * suspend begins until the device is resumed nothing waits.
 */
public final class DelayTarget implements Target {
  private final DelayParams params;

  /** For reads, writes and flushes. */
  private final Lane[] lanes = new Lane[3];

  private final List<DeviceArea> areas;
  private final WorkQueue queue = new WorkQueue();
  private final WorkQueue.Job passDue = queue.job(this::passDue);

  // guarded by this
  private boolean delaying = true;
  private Place first;
  private Place last;
  private Place free;
  private Future<?> timer;
  private long timerDue;

  /** What becomes of a class of requests. */
  private static final class Lane {
    private final Backing device;
    private final long start;
    private final long nanos;
    private int waiting;

    Lane(Backing device, DelayParams.Route route) {
      this.device = device;
      start = route.start();
      nanos = TimeUnit.MILLISECONDS.toNanos(route.millis());
    }
  }

  /** A place in the line; kept for the next request when it falls free. */
  private static final class Place {
    private Request request;
    private Lane lane;

    /** Of {@link System#nanoTime}. */
    private long due;

    private Place next;
  }

  public DelayTarget(TargetContext context, DelayParams params) throws TargetException {
    this.params = params;
    List<DelayParams.Route> routes = params.routes();
    for (int i = 0; i < lanes.length; i++) {
      DelayParams.Route route = routes.get(Math.min(i, routes.size() - 1));
      lanes[i] = new Lane(context.open(route.device(), "Device lookup failed"), route);
    }
    areas =
        List.of(lanes).stream()
            .map(lane -> new DeviceArea(lane.device, lane.start, params.length()))
            .toList();
  }

  @Override
  public void submit(Request request, int copy) {
    Lane lane =
        switch (request.op()) {
          case READ -> lanes[0];
          case FLUSH -> lanes[2];
          default -> lanes[1];
        };
    if (request.op() != Request.Op.FLUSH) {
      request.sector(lane.start + request.sector());
    }
    if (lane.nanos == 0 || !keep(request, lane)) {
      lane.device.submit(request);
    }
  }

  private synchronized boolean keep(Request request, Lane lane) {
    if (!delaying) {
      return false;
    }
    Place place = free;
    if (place == null) {
      place = new Place();
    } else {
      free = place.next;
    }
    place.due = System.nanoTime() + lane.nanos;
    place.next = null;
    wakeAt(place.due); // first, as it may throw; should it go off now, it waits for the monitor
    request.handOver();
    place.request = request;
    place.lane = lane;
    if (first == null) {
      first = place;
    } else {
      last.next = place;
    }
    last = place;
    lane.waiting++;
    return true;
  }

  private void wakeAt(long due) {
    if (timer != null && timerDue - due <= 0) {
      return;
    }
    long nanos = Math.max(0, due - System.nanoTime());
    Future<?> next = queue.later(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999), passDue);
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

  private void passDue() {
    Place due;
    Place early = null;
    synchronized (this) {
      cancelTimer();
      due = takeOut(false);
      Place next = first;
      for (Place place = first; place != null; place = place.next) {
        next = place.due - next.due < 0 ? place : next;
      }
      if (next != null) {
        try {
          wakeAt(next.due);
        } catch (Throwable thrown) {
          Faults.tell("waiting for a request's time, which goes on now,", thrown);
          early = takeOut(true);
        }
      }
    }
    pass(due);
    pass(early);
  }

  /** Takes those that are due, or all, out of the line; they stay in order. */
  private Place takeOut(boolean all) {
    long now = System.nanoTime();
    Place taken = null;
    Place lastTaken = null;
    Place lastLeft = null;
    for (Place place = first; place != null; ) {
      Place next = place.next;
      if (all || place.due - now <= 0) {
        place.lane.waiting--;
        if (lastTaken == null) {
          taken = place;
        } else {
          lastTaken.next = place;
        }
        lastTaken = place;
        if (lastLeft == null) {
          first = next;
        } else {
          lastLeft.next = next;
        }
      } else {
        lastLeft = place;
      }
      place = next;
    }
    last = lastLeft;
    if (lastTaken != null) {
      lastTaken.next = null;
    }
    return taken;
  }

  private void pass(Place taken) {
    for (Place place = taken; place != null; ) {
      Place next = place.next;
      Request request = place.request;
      Lane lane = place.lane;
      give(place);
      request.submitTo(lane.device);
      place = next;
    }
  }

  private synchronized void give(Place place) {
    place.request = null;
    place.next = free;
    free = place;
  }

  @Override
  public void presuspend() {
    Place all;
    synchronized (this) {
      delaying = false;
      cancelTimer();
      all = takeOut(true);
    }
    pass(all);
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
    return lanes[0].waiting + " " + lanes[1].waiting + " " + lanes[2].waiting;
  }

  @Override
  public String table() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < params.routes().size(); i++) {
      text.append(i == 0 ? "" : " ").append(Words.escape(lanes[i].device.word()));
      text.append(' ').append(Long.toUnsignedString(lanes[i].start));
      text.append(' ').append(params.routes().get(i).millis());
    }
    return text.toString();
  }
}
