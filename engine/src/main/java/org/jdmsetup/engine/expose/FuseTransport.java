package org.jdmsetup.engine.expose;

import org.jdmsetup.engine.nativeio.NativeIo;

/** Where FUSE messages come from and go to: {@code /dev/fuse}, or a test. */
interface FuseTransport {

  /** The kernel's end. */
  FuseTransport KERNEL =
      new FuseTransport() {
        @Override
        public long read(int fd, long address, int length) {
          return NativeIo.C.read(fd, address, length);
        }

        @Override
        public long write(int fd, long address, int length) {
          return NativeIo.C.write(fd, address, length);
        }
      };

  /** As read(2): the next request, whole. */
  long read(int fd, long address, int length);

  /** As write(2): one reply, whole. */
  long write(int fd, long address, int length);
}
