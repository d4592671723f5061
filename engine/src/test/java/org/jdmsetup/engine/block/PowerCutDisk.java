package org.jdmsetup.engine.block;

import com.kenai.jffi.MemoryIO;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A disk in memory, for tests: keeps a history of what it was asked for, can hold requests back,
 * fail, and complete requests in another order from a thread of its own.
 */
public final class PowerCutDisk implements Backing {
  private final DeviceNumber number;
  private final AlignedBuffer memory;
  private final DiskHistory history;
  private final List<String> log = new ArrayList<>();
  private final List<Request> held = new ArrayList<>();
  private final List<Request> underWay = new ArrayList<>();

  private Predicate<Request> holding = request -> false;
  private Predicate<Request> failing = request -> false;
  private int logicalBlockSize = 512;
  private boolean discards = true;
  private boolean flushesCount = true;
  private Thread server;
  private boolean unplugged;

  public PowerCutDisk(DeviceNumber number, long sectors) {
    this(number, new byte[(int) sectors * Sectors.SIZE], new AtomicInteger());
  }

  /**
   * @param before what is on it
   * @param clock of the history
   */
  public PowerCutDisk(DeviceNumber number, byte[] before, AtomicInteger clock) {
    this.number = number;
    memory = new AlignedBuffer(before.length);
    memory.bytes().put(0, before);
    history = new DiskHistory(clock, before);
  }

  /** Sets the size of its blocks in bytes. */
  public PowerCutDisk blocksOf(int bytes) {
    logicalBlockSize = bytes;
    return this;
  }

  /** Takes away the ability to discard. */
  public PowerCutDisk withoutDiscard() {
    discards = false;
    return this;
  }

  /** From now on the history is as if whoever uses the disk neither flushed nor asked for FUA. */
  public synchronized void forgetFlushes() {
    flushesCount = false;
  }

  /** Requests of this kind fail with EIO from now on. */
  public synchronized void fail(Predicate<Request> failing) {
    this.failing = failing;
  }

  /** Requests of this kind are not begun until {@link #releaseHeld}. */
  public synchronized void hold(Predicate<Request> holding) {
    this.holding = holding;
  }

  /** Serves what was held, and holds nothing any more. */
  public void releaseHeld() {
    List<Request> all;
    synchronized (this) {
      holding = request -> false;
      all = List.copyOf(held);
      held.clear();
    }
    all.forEach(this::serve);
  }

  /** How many requests are held. */
  public synchronized int held() {
    return held.size();
  }

  /**
   * From now on a thread serves requests, several at a time, in no particular order; until {@link
   * #unplug}.
   */
  public void serveOutOfOrder(long seed) {
    Random random = new Random(seed);
    server = new Thread(() -> serveAll(random), "disk " + number);
    server.setDaemon(true);
    server.start();
  }

  /** Cuts its power: what has not completed by now never does. */
  public void unplug() {
    synchronized (this) {
      unplugged = true;
      notifyAll();
    }
    if (server != null) {
      try {
        server.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void serveAll(Random random) {
    while (true) {
      Request request;
      synchronized (this) {
        while (underWay.isEmpty() && !unplugged) {
          try {
            wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (unplugged) {
          return;
        }
        request = underWay.remove(random.nextInt(underWay.size()));
      }
      if (random.nextInt(4) == 0) {
        Thread.yield(); // others get the chance to bring more
      }
      int errno = apply(request);
      request.complete(Outcome.of(errno));
    }
  }

  @Override
  public void submit(Request request) {
    synchronized (this) {
      log.add(text(request));
      if (holding.test(request)) {
        held.add(request);
        return;
      }
    }
    serve(request);
  }

  private void serve(Request request) {
    if (request.sector() < 0 || request.sector() > sizeSectors() - request.sectors()) {
      request.complete(Outcome.EIO);
      return;
    }
    synchronized (this) {
      if (unplugged) {
        return;
      }
      boolean counts = flushesCount || request.op() != Request.Op.FLUSH;
      if (request.op() != Request.Op.READ && counts) {
        boolean fua = request.fua() && flushesCount;
        DiskHistory.Entry entry =
            history.begin(request.op(), request.sector(), dataOf(request), fua);
        request.push(
            (done, cookie) -> {
              history.end(entry, done.outcome().number());
              return true;
            },
            0);
      }
      if (server != null) {
        underWay.add(request);
        notifyAll();
        return;
      }
    }
    request.complete(Outcome.of(apply(request)));
  }

  private static byte[] dataOf(Request request) {
    byte[] data = new byte[(int) request.sectors() * Sectors.SIZE];
    if (request.op() == Request.Op.WRITE) {
      MemoryIO.getInstance().getByteArray(request.address(), data, 0, data.length);
    }
    return data;
  }

  private synchronized int apply(Request request) {
    if (failing.test(request)) {
      return Errno.EIO.number();
    }
    if (request.op() == Request.Op.FLUSH) {
      return 0;
    }
    long there = memory.address() + Sectors.toBytes(request.sector());
    long bytes = Sectors.toBytes(request.sectors());
    switch (request.op()) {
      case READ -> NativeIo.C.memcpy(request.address(), there, bytes);
      case WRITE -> NativeIo.C.memcpy(there, request.address(), bytes);
      default -> NativeIo.C.memset(there, 0, bytes);
    }
    return 0;
  }

  private static String text(Request request) {
    return request.op()
        + (request.fua() ? " FUA" : "")
        + (request.op() == Request.Op.FLUSH
            ? ""
            : " " + request.sector() + "+" + request.sectors());
  }

  /** What it was asked for since this was called last: {@code WRITE FUA 8+16}, {@code FLUSH}. */
  public synchronized List<String> log() {
    List<String> all = List.copyOf(log);
    log.clear();
    return all;
  }

  public DiskHistory history() {
    return history;
  }

  /** Bytes that are on it. */
  public synchronized byte[] bytes(long sector, int sectors) {
    byte[] bytes = new byte[sectors * Sectors.SIZE];
    memory.bytes().get((int) sector * Sectors.SIZE, bytes);
    return bytes;
  }

  /** All that is on it. */
  public byte[] bytes() {
    return bytes(0, (int) sizeSectors());
  }

  /** Puts bytes there, past the history. */
  public synchronized void put(long sector, byte[] bytes) {
    memory.bytes().put((int) sector * Sectors.SIZE, bytes);
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
  public Identity identity() {
    return Identity.NONE;
  }

  @Override
  public String description() {
    return "disk " + number;
  }

  @Override
  public long sizeSectors() {
    return memory.capacity() / Sectors.SIZE;
  }

  @Override
  public int logicalBlockSize() {
    return logicalBlockSize;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean supportsDiscard() {
    return discards;
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
