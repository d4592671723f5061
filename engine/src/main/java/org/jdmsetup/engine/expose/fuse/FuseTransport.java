package org.jdmsetup.engine.expose.fuse;

import java.lang.ref.Reference;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;

/** Where FUSE messages come from and go to: {@code /dev/fuse}, or a test. */
interface FuseTransport {

  /** The kernel's end. */
  FuseTransport KERNEL =
      new FuseTransport() {
        @Override
        public long read(int fd, long address, int length) {
          long done = NativeIo.C.read(fd, address, length);
          return done < 0 ? -NativeIo.errno() : done;
        }

        @Override
        public long write(int fd, long address, int length) {
          long done = NativeIo.C.write(fd, address, length);
          return done < 0 ? -NativeIo.errno() : done;
        }

        @Override
        public boolean poll(int fd, AlignedBuffer pollfd, int millis) {
          pollfd.bytes().putInt(0, fd).putShort(4, Linux.POLLIN).putShort(6, (short) 0);
          boolean ready = NativeIo.C.poll(pollfd.address(), 1, millis) > 0;
          Reference.reachabilityFence(pollfd);
          return ready;
        }
      };

  /** The next request, whole: its length, or a negative error number. */
  long read(int fd, long address, int length);

  /** Sends one reply, whole: its length, or a negative error number. */
  long write(int fd, long address, int length);

  /**
   * Waits until there is a request to read; returns false when the time is over. A read may block
   * nevertheless, if another thread has taken the request.
   *
   * @param pollfd 8 bytes to work with
   */
  boolean poll(int fd, AlignedBuffer pollfd, int millis);
}
