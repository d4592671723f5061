package org.jdmsetup.engine.expose;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;

/**
 * A device in memory for tests, which can behave badly on demand: complete later from another
 * thread, hold requests as if suspended, keep the submitting thread waiting, fail. Like a real
 * device it refuses ranges beyond its end.
 */
public final class MemoryDevice implements BlockDevice {

  private static final int EIO = 5;

  private final AlignedBuffer memory;
  public volatile int blockSize;
  private final ArrayDeque<Request> held = new ArrayDeque<>();
  private boolean holding;
  private int lost;

  public volatile long sectors;
  public volatile boolean readOnly;
  public volatile boolean discard = true;
  public volatile boolean writeZeroes = true;
  public volatile long discardGranularityBytes;
  public volatile long ioMinBytes;
  public volatile long ioOptBytes;

  /** How many of the first sectors are said to be empty. */
  public volatile long emptySectors;

  public volatile int errno;
  public volatile ExecutorService later;

  /** What the thread that submits a request does first; it may wait. */
  public volatile Runnable before = () -> {};

  public final AtomicLong flushes = new AtomicLong();
  public final AtomicLong zeroed = new AtomicLong();
  public final AtomicLong discarded = new AtomicLong();

  /** The ranges that were discarded, in order: {@code SECTOR+SECTORS}. */
  public final Queue<String> discards = new ConcurrentLinkedQueue<>();

  public final AtomicLong durableWrites = new AtomicLong();

  public MemoryDevice(int bytes, int blockSize) {
    this.memory = new AlignedBuffer(bytes);
    this.blockSize = blockSize;
    this.sectors = bytes >> 9;
  }

  public MemoryDevice(int bytes) {
    this(bytes, 512);
  }

  public byte[] bytes(long offset, int length) {
    byte[] bytes = new byte[length];
    memory.bytes().get((int) offset, bytes);
    return bytes;
  }

  public void put(long offset, byte[] bytes) {
    memory.bytes().put((int) offset, bytes);
  }

  /** From now on requests wait. */
  public synchronized void hold() {
    holding = true;
  }

  public synchronized int held() {
    return held.size();
  }

  /** Completes what waited, in order, on this thread. */
  public void release() {
    while (true) {
      Request request;
      synchronized (this) {
        request = held.poll();
        if (request == null) {
          holding = false;
          return;
        }
      }
      serve(request);
    }
  }

  /** How many requests reached beyond the end or off the blocks: a front end must pass none. */
  public synchronized int wrongRequests() {
    return lost;
  }

  @Override
  public long sizeSectors() {
    return sectors;
  }

  @Override
  public int logicalBlockSize() {
    return blockSize;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean supportsDiscard() {
    return discard;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return writeZeroes;
  }

  @Override
  public long discardGranularityBytes() {
    return discardGranularityBytes;
  }

  @Override
  public Limits limits() {
    Limits limits = BlockDevice.super.limits();
    limits.ioMinBytes(Math.max(blockSize, ioMinBytes));
    limits.ioOptBytes(ioOptBytes);
    return limits;
  }

  @Override
  public long extent(long sector, long sectors) {
    return sector < emptySectors ? Math.min(sectors, emptySectors - sector) : -sectors;
  }

  @Override
  public void submit(Request request) {
    before.run();
    synchronized (this) {
      if (holding) {
        held.add(request);
        return;
      }
    }
    ExecutorService executor = later;
    if (executor != null) {
      executor.execute(() -> serve(request));
    } else {
      serve(request);
    }
  }

  private void serve(Request request) {
    int blockSectors = blockSize >> 9;
    if (request.sector() < 0
        || request.sectors() < 0
        || request.sector() + request.sectors() > sectors
        || (request.sector() | request.sectors()) % blockSectors != 0) {
      synchronized (this) {
        lost++;
      }
      request.complete(Outcome.EIO);
      return;
    }
    if (errno == 0) {
      long at = memory.address() + (request.sector() << 9);
      long length = request.sectors() << 9;
      switch (request.op()) {
        case READ -> NativeIo.C.memcpy(request.address(), at, length);
        case WRITE -> {
          NativeIo.C.memcpy(at, request.address(), length);
          if (request.fua()) {
            durableWrites.incrementAndGet();
          }
        }
        case WRITE_ZEROES -> {
          NativeIo.C.memset(at, 0, length);
          zeroed.addAndGet(length);
        }
        case DISCARD -> {
          NativeIo.C.memset(at, 0, length);
          discarded.addAndGet(length);
          discards.add(request.sector() + "+" + request.sectors());
        }
        case FLUSH -> flushes.incrementAndGet();
      }
    }
    request.complete(Outcome.of(errno));
  }
}
