package org.jdmsetup.engine.nativeio;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/** Memory that a descriptor shares with the kernel, mmap(2); nobody may touch it once closed. */
final class SharedMemory implements AutoCloseable {
  private final Pointer memory;
  private final int length;

  /**
   * @param length in bytes
   */
  SharedMemory(int fd, long offset, int length) throws IOException {
    this.length = length;
    memory =
        NativeIo.C.mmap(null, length, Linux.PROT_READ_WRITE, Linux.MAP_SHARED_POPULATE, fd, offset);
    if (memory == null || memory.address() == -1) {
      throw new IOException("mmap: " + Errno.text(NativeIo.errno()));
    }
  }

  /** All of it, in the processor's order. */
  ByteBuffer bytes() {
    return MemoryIO.getInstance()
        .newDirectByteBuffer(memory.address(), length)
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    NativeIo.C.munmap(memory, length);
  }
}
