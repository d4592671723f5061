package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;

/**
 * Reads of what the page cache holds of a file, for example because it was just written by another
 * program: a copy in memory, where a direct read would go to the disk each time. Nothing is brought
 * into the cache. The kernel takes pages out of it when they are written directly, so that there is
 * one view of each byte.
 *
 * <p>To ask in vain costs a system call. After {@link #PATIENCE} such reads in a row only one of so
 * many asks. Safe for several threads; a race costs no more than a question.
 */
final class CachedReads {
  private static final int PATIENCE = 32;

  private static final ThreadLocal<AlignedBuffer> VECTOR =
      ThreadLocal.withInitial(() -> new AlignedBuffer(16));

  private int missed;

  /**
   * Reads the beginning of a range as far as it is in the cache; never waits.
   *
   * @param fd that does not bypass the cache
   * @param length in bytes, more than 0
   * @return how many bytes; 0: nothing is there, or it was not asked
   */
  int read(int fd, long address, int length, long offset) {
    int before = missed;
    if (before >= PATIENCE && before % PATIENCE != 0) {
      missed = before + 1;
      return 0;
    }
    AlignedBuffer vector = VECTOR.get();
    vector.bytes().putLong(0, address).putLong(8, length);
    long n = NativeIo.C.preadv2(fd, vector.address(), 1, offset, Linux.RWF_NOWAIT);
    missed = n > 0 ? 0 : before + 1 & Integer.MAX_VALUE;
    return (int) Math.max(0, n);
  }
}
