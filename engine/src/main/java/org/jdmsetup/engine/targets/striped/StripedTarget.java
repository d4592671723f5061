package org.jdmsetup.engine.targets.striped;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.StripedParams;
import org.jdmsetup.tables.text.Words;

/**
 * Chunks dealt out to devices in turn. Counts the I/O errors of each device, for the letters of the
 * status and a limited number of events.
 */
public final class StripedTarget implements Target, Stage {
  /** An event is raised while a device has fewer errors than this. */
  private static final int ERROR_THRESHOLD = 15;

  private final TargetContext context;
  private final StripedParams params;
  private final long chunk;
  private final Backing[] devices;
  private final long[] starts;
  private final AtomicIntegerArray errors;

  public StripedTarget(TargetContext context, StripedParams params) throws TargetException {
    this.context = context;
    this.params = params;
    chunk = params.chunk().count();
    int count = params.stripes().size();
    devices = new Backing[count];
    starts = new long[count];
    errors = new AtomicIntegerArray(count);
    for (int i = 0; i < count; i++) {
      StripedParams.Stripe stripe = params.stripes().get(i);
      devices[i] = context.open(stripe.device(), "Couldn't parse stripe destination");
      starts[i] = stripe.start().count();
    }
  }

  @Override
  public void submit(Request request, int copy) {
    int stripe = copy;
    switch (request.op()) {
      case FLUSH -> {}
      case READ, WRITE -> {
        long offset = request.sector();
        long index = offset / chunk;
        stripe = (int) (index % devices.length);
        long row = index / devices.length;
        request.sector(starts[stripe] + row * chunk + offset % chunk);
      }
      default -> {
        long from = edge(request.sector(), stripe);
        long to = edge(request.sector() + request.sectors(), stripe);
        if (from >= to) {
          request.complete(Outcome.DONE);
          return;
        }
        request.sector(starts[stripe] + from);
        request.sectors(to - from);
      }
    }
    request.push(this, stripe);
    devices[stripe].submit(request);
  }

  @Override
  public long extent(long sector, long sectors) {
    long index = sector / chunk;
    long in = sector % chunk;
    int stripe = (int) (index % devices.length);
    long at = starts[stripe] + index / devices.length * chunk + in;
    return devices[stripe].extent(at, Math.min(sectors, chunk - in));
  }

  /** Where a range that begins or ends at an offset does so on a stripe. */
  private long edge(long offset, int stripe) {
    long index = offset / chunk;
    int in = (int) (index % devices.length);
    long row = index / devices.length * chunk;
    if (in == stripe) {
      return row + offset % chunk;
    }
    return stripe < in ? row + chunk : row;
  }

  @Override
  public boolean done(Request request, long stripe) {
    Outcome outcome = request.outcome();
    if (!outcome.isDone() && !outcome.is(Errno.EOPNOTSUPP)) {
      countError(devices[(int) stripe]);
    }
    return true;
  }

  private void countError(Backing device) {
    for (int i = 0; i < devices.length; i++) {
      if (devices[i] == device && errors.incrementAndGet(i) < ERROR_THRESHOLD) {
        context.raiseEvent();
      }
    }
  }

  @Override
  public Sectors maxIoLength() {
    return params.chunk();
  }

  @Override
  public int copies(Request.Op op) {
    return devices.length;
  }

  @Override
  public List<DeviceArea> areas() {
    List<DeviceArea> areas = new ArrayList<>(devices.length);
    Sectors each = params.length().dividedBy(devices.length);
    for (int i = 0; i < devices.length; i++) {
      areas.add(new DeviceArea(devices[i], params.stripes().get(i).start(), each));
    }
    return areas;
  }

  @Override
  public void ioHints(Limits limits) {
    limits.ioMinBytes(Sectors.toBytes(chunk));
    limits.ioOptBytes(Sectors.toBytes(chunk) * devices.length);
  }

  @Override
  public String info() {
    StringBuilder text = new StringBuilder().append(devices.length);
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < devices.length; i++) {
      text.append(' ').append(Words.escape(devices[i].tableWord()));
      letters.append(errors.get(i) > 0 ? 'D' : 'A');
    }
    return text.append(" 1 ").append(letters).toString();
  }

  @Override
  public String measurement() {
    StringBuilder text = new StringBuilder();
    text.append(",stripes=").append(devices.length).append(",chunk_size=").append(chunk);
    for (int i = 0; i < devices.length; i++) {
      String stripe = ",stripe_" + i;
      text.append(stripe).append("_device_name=").append(devices[i].tableWord());
      text.append(stripe).append("_physical_start=").append(Long.toUnsignedString(starts[i]));
      text.append(stripe).append("_status=").append(errors.get(i) > 0 ? 'D' : 'A');
    }
    return text.append(';').toString();
  }

  @Override
  public String table() {
    Iterator<Backing> inOrder = List.of(devices).iterator();
    return params.text(device -> inOrder.next().tableWord());
  }
}
