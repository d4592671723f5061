package org.jdmsetup.engine.block;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A disk in memory that notes what it is asked for, and on demand fails kinds of requests, holds
 * them, or throws.
 */
public final class TestDisk implements Backing {

  /** Where it throws. */
  public enum Place {
    /** Before it has done anything. */
    SUBMIT,
    /** In a stage on the way back. */
    STAGE,
    /** When the request is complete. */
    COMPLETED,
    /** When it keeps the request for later. */
    KEPT
  }

  private final DeviceNumber number;
  private final List<String> journal;
  private final AlignedBuffer memory;
  private final Set<Op> failing = EnumSet.noneOf(Op.class);
  private final Set<Op> holding = EnumSet.noneOf(Op.class);
  private final List<Request> held = new ArrayList<>();
  private volatile boolean quiet;
  private long unreadable = -1;
  private final Set<Op> throwing = EnumSet.noneOf(Op.class);
  private Place place;
  private Supplier<? extends Throwable> thrown;
  private int throwsAtMost;
  private volatile Supplier<? extends Error> sizeThrows;
  private int thrownSoFar;

  /**
   * @param journal of all disks of a test, in the order of the requests
   */
  public TestDisk(DeviceNumber number, long sectors, List<String> journal) {
    this.number = number;
    this.journal = journal;
    memory = new AlignedBuffer((int) sectors * Sectors.SIZE);
  }

  /** From now on these fail; none: nothing does. */
  public synchronized void fail(Op... ops) {
    failing.clear();
    failing.addAll(List.of(ops));
  }

  /**
   * From now on these throw.
   *
   * @param times how often at most, all together
   * @param what makes a RuntimeException or an Error
   */
  public synchronized void throwing(
      Place where, Supplier<? extends Throwable> what, int times, Op... ops) {
    throwing.clear();
    throwing.addAll(List.of(ops));
    place = where;
    thrown = what;
    throwsAtMost = times;
    thrownSoFar = 0;
  }

  /** Who asks how large it is gets this; null: an answer. */
  public void sizeThrows(Supplier<? extends Error> what) {
    sizeThrows = what;
  }

  /** How often it has thrown. */
  public synchronized int thrown() {
    return thrownSoFar;
  }

  private synchronized Place throwsFor(Request request) {
    if (!throwing.contains(request.op()) || thrownSoFar == throwsAtMost) {
      return null;
    }
    thrownSoFar++;
    return place;
  }

  private void throwIt() {
    Throwable it = thrown.get();
    if (it instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) it;
  }

  private void throwIt(Place where, Request request) {
    switch (where) {
      case SUBMIT -> {}
      case STAGE -> {
        request.push(
            (done, cookie) -> {
              throwIt();
              return true;
            },
            0);
        serve(request);
        return;
      }
      case COMPLETED -> serve(request);
      case KEPT -> {
        request.handOver();
        synchronized (this) {
          held.add(request);
        }
      }
    }
    throwIt();
  }

  /** A sector that cannot be read. */
  public synchronized void unreadable(long sector) {
    unreadable = sector;
  }

  /** From now on these are held. */
  public synchronized void hold(Op... ops) {
    holding.addAll(List.of(ops));
  }

  /** What is held stays held, but nothing more is. */
  public synchronized void stopHolding() {
    holding.clear();
  }

  /** From now on nothing is noted. */
  public void quiet() {
    quiet = true;
  }

  /** How many requests are held. */
  public synchronized int held() {
    return held.size();
  }

  /** Serves what was held, and holds nothing any more. */
  public void releaseHeld() {
    stopHolding();
    serveHeld();
  }

  /** Serves what was held; later ones are held still. */
  public void serveHeld() {
    List<Request> released;
    synchronized (this) {
      released = List.copyOf(held);
      held.clear();
    }
    released.forEach(this::serve);
  }

  /** The first byte of a sector. */
  public int at(long sector) {
    return memory.bytes().get((int) sector * Sectors.SIZE) & 0xff;
  }

  /** Fills sectors with a byte. */
  public void fill(long sector, long sectors, int value) {
    NativeIo.C.memset(memory.address() + sector * Sectors.SIZE, value, sectors * Sectors.SIZE);
  }

  public byte[] bytes(int offset, int length) {
    byte[] bytes = new byte[length];
    memory.bytes().get(offset, bytes);
    return bytes;
  }

  public void put(int offset, byte... bytes) {
    memory.bytes().put(offset, bytes);
  }

  @Override
  public void submit(Request request) {
    Place where = throwsFor(request);
    if (where != null) {
      throwIt(where, request);
      return;
    }
    synchronized (this) {
      if (holding.contains(request.op())) {
        held.add(request);
        return;
      }
    }
    serve(request);
  }

  private void serve(Request request) {
    boolean fails;
    synchronized (this) {
      fails =
          failing.contains(request.op())
              || request.op() == Op.READ
                  && request.sector() <= unreadable
                  && unreadable < request.sector() + request.sectors()
              || request.sector() + request.sectors() > memory.capacity() / Sectors.SIZE;
    }
    if (!quiet) {
      note(request, fails);
    }
    if (fails) {
      request.complete(Outcome.EIO);
      return;
    }
    long here = memory.address() + request.sector() * Sectors.SIZE;
    switch (request.op()) {
      case READ -> NativeIo.C.memcpy(request.address(), here, request.sectors() * Sectors.SIZE);
      case WRITE -> NativeIo.C.memcpy(here, request.address(), request.sectors() * Sectors.SIZE);
      default -> {}
    }
    request.complete(Outcome.DONE);
  }

  private void note(Request request, boolean fails) {
    synchronized (journal) {
      String range =
          request.op() == Op.FLUSH ? "" : " " + request.sector() + "+" + request.sectors();
      journal.add(number.minor() + " " + request.op() + range + (fails ? " fails" : ""));
    }
  }

  @Override
  public DeviceNumber number() {
    return number;
  }

  @Override
  public String tableWord() {
    return number.toString();
  }

  @Override
  public String description() {
    return tableWord();
  }

  @Override
  public Identity identity() {
    return Identity.NONE;
  }

  @Override
  public long sizeSectors() {
    if (sizeThrows != null) {
      throw sizeThrows.get();
    }
    return memory.capacity() / Sectors.SIZE;
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
    return true;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return true;
  }

  @Override
  public boolean retain() {
    return true;
  }

  @Override
  public void release() {}
}
