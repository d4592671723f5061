package org.jdmsetup.engine.targets.delay;

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
import org.jdmsetup.tables.text.Words;

/**
 * Passes requests on after a time, reads, writes and flushes each to a device of their own. They
 * wait in one list; a timer fires when the earliest is due. Between the start of a suspend and the
 * resume no request is delayed.
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
  private final IntrusiveQueue<Place> line = new IntrusiveQueue<>();
  private final IntrusiveQueue<Place> free = new IntrusiveQueue<>();
  private Future<?> timer;
  private long timerDue;

  /** The work queue's: what is due and goes on now. */
  private final IntrusiveQueue<Place> due = new IntrusiveQueue<>();

  /** What becomes of a class of requests. */
  private static final class Lane {
    private final Backing device;
    private final long start;
    private final long nanos;
    private int waiting;

    Lane(Backing device, DelayParams.Route route) {
      this.device = device;
      start = route.start().count();
      nanos = TimeUnit.MILLISECONDS.toNanos(route.millis());
    }
  }

  /** A place in the line; kept for the next request when it falls free. */
  private static final class Place extends IntrusiveQueue.Link<Place> {
    private Request request;
    private Lane lane;

    /** Of {@link System#nanoTime}. */
    private long due;
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
            .map(lane -> new DeviceArea(lane.device, new Sectors(lane.start), params.length()))
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
    Place place = free.poll();
    if (place == null) {
      place = new Place();
    }
    place.due = System.nanoTime() + lane.nanos;
    wakeAt(place.due); // first, as it may throw; should it go off now, it waits for the monitor
    request.handOver();
    place.request = request;
    place.lane = lane;
    line.add(place);
    lane.waiting++;
    return true;
  }

  private void wakeAt(long due) {
    if (timer != null && timerDue - due <= 0) {
      return;
    }
    long nanos = Math.max(0, due - System.nanoTime());
    Future<?> next = queue.schedule(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999), passDue);
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
    synchronized (this) {
      cancelTimer();
      Place next = takeDue();
      if (next != null) {
        try {
          wakeAt(next.due);
        } catch (Throwable thrown) {
          Faults.log("waiting for a request's time, which goes on now,", thrown);
          takeAll(due);
        }
      }
    }
    pass(due);
  }

  /** Takes those that are due out of the line; gives the one of the others that is due next. */
  private Place takeDue() {
    long now = System.nanoTime();
    Place next = null;
    for (int i = size(); i > 0; i--) {
      Place place = line.poll();
      if (place.due - now <= 0) {
        take(place, due);
      } else {
        line.add(place); // once around: the order stays
        next = next == null || place.due - next.due < 0 ? place : next;
      }
    }
    return next;
  }

  private void takeAll(IntrusiveQueue<Place> into) {
    for (Place place = line.poll(); place != null; place = line.poll()) {
      take(place, into);
    }
  }

  private static void take(Place place, IntrusiveQueue<Place> into) {
    place.lane.waiting--;
    into.add(place);
  }

  /** How many requests wait. */
  private int size() {
    return lanes[0].waiting + lanes[1].waiting + lanes[2].waiting;
  }

  private void pass(IntrusiveQueue<Place> taken) {
    for (Place place = taken.poll(); place != null; place = taken.poll()) {
      Request request = place.request;
      Lane lane = place.lane;
      recycle(place);
      request.submitTo(lane.device);
    }
  }

  private synchronized void recycle(Place place) {
    place.request = null;
    free.addFirst(place);
  }

  @Override
  public void presuspend() {
    IntrusiveQueue<Place> all = new IntrusiveQueue<>();
    synchronized (this) {
      delaying = false;
      cancelTimer();
      takeAll(all);
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
