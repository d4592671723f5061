package org.jdmsetup.engine.expose.openers;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;

/**
 * Asks kcmp(2). A kernel may have been built without it, and a container may not be allowed to call
 * it.
 */
final class Kcmp implements OpenFileComparison {

  /** Whether this process may ask, found out with a descriptor of its own. */
  static boolean works() {
    int fd = NativeIo.C.open("/", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
    Descriptor own = new Descriptor((int) ProcessHandle.current().pid(), fd);
    boolean works = Linux.SYS_KCMP >= 0 && call(own, own) == SAME;
    NativeIo.C.close(fd);
    return works;
  }

  @Override
  public int compare(Descriptor one, Descriptor other) {
    long answer = call(one, other);
    return answer < 0 ? GONE : answer == SAME ? SAME : OTHER;
  }

  private static long call(Descriptor one, Descriptor other) {
    Pointer last = Pointer.wrap(Runtime.getSystemRuntime(), other.number());
    return NativeIo.C.syscall(
        Linux.SYS_KCMP, one.process(), other.process(), Linux.KCMP_FILE, one.number(), last);
  }
}
