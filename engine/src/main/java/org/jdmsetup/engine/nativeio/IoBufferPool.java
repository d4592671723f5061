package org.jdmsetup.engine.nativeio;

import java.util.function.IntFunction;

/**
 * Buffers of a few sizes, kept for reuse. Sizes grow by a factor of four, so that a small request
 * that a suspended device holds back does not pin a large buffer.
 *
 * <p>The pool bounds the memory of its free buffers. How many are in use is bounded by the front
 * end, by how many requests it accepts. Safe to use from any thread.
 */
public final class IoBufferPool {

  private static final int SMALLEST = 4096;
  private static final int CLASSES = 8;

  private final IoBuffer[] free = new IoBuffer[CLASSES];
  private final long maxFreeBytes;
  private final IntFunction<IoBuffer> memory;
  private long freeBytes;
  private long inUse;

  /**
   * @param maxFreeBytes how much memory free buffers may take up in total
   */
  public IoBufferPool(long maxFreeBytes) {
    this(maxFreeBytes, IoBuffer::new);
  }

  /**
   * @param memory makes a buffer of so many bytes
   */
  public IoBufferPool(long maxFreeBytes, IntFunction<IoBuffer> memory) {
    this.maxFreeBytes = maxFreeBytes;
    this.memory = memory;
  }

  /**
   * A buffer for at least {@code length} bytes of data, with whatever bytes its last user left.
   *
   * @param length 0 to 64 MiB
   * @throws OutOfMemoryError when the system has no memory to give
   */
  public IoBuffer take(int length) {
    int size = sizeClass(length);
    synchronized (this) {
      inUse++;
      IoBuffer buffer = free[size];
      if (buffer != null) {
        free[size] = buffer.next;
        buffer.next = null;
        freeBytes -= buffer.capacity();
        return buffer;
      }
    }
    try {
      return memory.apply(SMALLEST << 2 * size);
    } catch (OutOfMemoryError e) {
      synchronized (this) {
        inUse--;
      }
      throw e;
    }
  }

  /** Takes a buffer back. */
  public void release(IoBuffer buffer) {
    synchronized (this) {
      inUse--;
      if (freeBytes + buffer.capacity() <= maxFreeBytes) {
        int size = sizeClass(buffer.capacity());
        buffer.next = free[size];
        free[size] = buffer;
        freeBytes += buffer.capacity();
        return;
      }
    }
    buffer.free();
  }

  /** How many buffers are in use. */
  public synchronized long inUse() {
    return inUse;
  }

  /** Gives the free buffers back to the system; the pool stays usable. */
  public void clear() {
    for (int size = 0; size < CLASSES; size++) {
      IoBuffer buffer;
      synchronized (this) {
        buffer = free[size];
        free[size] = null;
        for (IoBuffer b = buffer; b != null; b = b.next) {
          freeBytes -= b.capacity();
        }
      }
      while (buffer != null) {
        IoBuffer next = buffer.next;
        buffer.free();
        buffer = next;
      }
    }
  }

  private static int sizeClass(int length) {
    int pages = Math.max(0, length - 1) / SMALLEST;
    int bits = 32 - Integer.numberOfLeadingZeros(pages);
    int size = (bits + 1) / 2;
    if (size >= CLASSES) {
      throw new IllegalArgumentException("no buffer for " + length + " bytes");
    }
    return size;
  }
}
