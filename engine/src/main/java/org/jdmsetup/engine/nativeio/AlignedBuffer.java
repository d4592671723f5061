package org.jdmsetup.engine.nativeio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Page-aligned native memory: a direct buffer and its address, so that the same bytes can be looked
 * at from Java and handed to system calls, O_DIRECT included. Zeroed at first; freed when no longer
 * reachable.
 */
public final class AlignedBuffer {

  /** What O_DIRECT asks for at most: the page size. */
  public static final int ALIGNMENT = 4096;

  private final ByteBuffer bytes;
  private final long address;

  /**
   * @param capacity in bytes, positive
   */
  public AlignedBuffer(int capacity) {
    // alignedSlice() cuts the end down to a multiple, so there must be room for two roundings
    ByteBuffer aligned =
        ByteBuffer.allocateDirect(Math.addExact(capacity, 2 * ALIGNMENT)).alignedSlice(ALIGNMENT);
    bytes = aligned.slice(0, capacity).order(ByteOrder.nativeOrder());
    address = Pointer.wrap(Runtime.getSystemRuntime(), bytes).address();
  }

  /** The bytes in the processor's order; position and limit are the caller's to use. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Native address of byte 0. */
  public long address() {
    return address;
  }

  public int capacity() {
    return bytes.capacity();
  }

  /** An ioctl whose argument is this memory, which stays allocated until it returns. */
  public int ioctl(int fd, long command) {
    try {
      return NativeIo.C.ioctl(fd, command, address);
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
