package org.jdmsetup.engine.cuse;

import java.io.IOException;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/** Where CUSE messages come from and go to: {@code /dev/cuse}, or a test. */
interface CuseTransport extends AutoCloseable {

  /** Opens the kernel's end, for a character device of its own. */
  static CuseTransport kernel() throws IOException {
    int descriptor = NativeIo.C.open("/dev/cuse", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    if (descriptor < 0) {
      throw new IOException("opening /dev/cuse: " + Errno.text(NativeIo.errno()));
    }
    return new CuseTransport() {
      @Override
      public long read(long address, int length) {
        long done = NativeIo.C.read(descriptor, address, length);
        return done < 0 ? -NativeIo.errno() : done;
      }

      @Override
      public long write(long address, int length) {
        long done = NativeIo.C.write(descriptor, address, length);
        return done < 0 ? -NativeIo.errno() : done;
      }

      @Override
      public void close() {
        NativeIo.C.close(descriptor);
      }
    };
  }

  /** The next message, whole: its length, or a negative error number. */
  long read(long address, int length);

  /** Passes a message on, whole: its length, or a negative error number. */
  long write(long address, int length);

  @Override
  void close();
}
