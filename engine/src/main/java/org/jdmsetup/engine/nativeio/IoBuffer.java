package org.jdmsetup.engine.nativeio;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory for one request of a front end: a page of headroom, where a protocol's header goes right
 * before the data, then page-aligned data. The pages are the operating system's own, outside the
 * JVM's limit for direct buffers, and take up real memory only once touched.
 *
 * <p>Comes from an {@link IoBufferPool} and goes back there exactly once; it must not be touched
 * afterwards.
 */
public final class IoBuffer {

  /** Bytes before the data. */
  public static final int HEADROOM = 4096;

  private final long base;
  private final ByteBuffer bytes;
  private final int capacity;

  /** Link in the pool's list of free buffers. */
  IoBuffer next;

  /**
   * @param capacity bytes of data, a multiple of the page size
   * @throws OutOfMemoryError when the system has no memory to give
   */
  IoBuffer(int capacity) {
    this.capacity = capacity;
    base = NativeIo.C.aligned_alloc(AlignedBuffer.ALIGNMENT, (long) HEADROOM + capacity);
    if (base == 0) {
      throw new OutOfMemoryError("no native memory for a buffer of " + capacity + " bytes");
    }
    bytes =
        MemoryIO.getInstance()
            .newDirectByteBuffer(base, HEADROOM + capacity)
            .order(ByteOrder.nativeOrder());
  }

  void free() {
    NativeIo.C.free(base);
  }

  /** Headroom and data; the first byte of data has index {@link #HEADROOM}. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Native address of the first byte of data. */
  public long data() {
    return base + HEADROOM;
  }

  /** Bytes of data. */
  public int capacity() {
    return capacity;
  }
}
