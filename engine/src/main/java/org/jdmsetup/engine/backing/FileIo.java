package org.jdmsetup.engine.backing;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * Reading and writing one open file or block device through two descriptors: one bypasses the page
 * cache (O_DIRECT) and takes the requests that are aligned for it, the other goes through the cache
 * and takes the rest. With O_DIRECT the daemon does not wait for dirty pages that only the daemon
 * itself can write back.
 *
 * <p>The kernel keeps the two coherent as long as they do not touch the same page at the same time.
 * Where the file wants more than 512-byte alignment that could happen, so there buffered requests
 * exclude direct ones.
 *
 * <p>All operations take bytes, and can be called from any thread.
 */
final class FileIo {
  private static final NativeIo C = NativeIo.C;

  // include/uapi/linux/magic.h: tmpfs, ramfs, hugetlbfs
  private static final Set<Long> IN_MEMORY = Set.of(0x01021994L, 0x858458f6L, 0x958458f6L);

  private static final int BOUNCE = 64 << 10;
  private static final ThreadLocal<AlignedBuffer> BOUNCE_BUFFER =
      ThreadLocal.withInitial(() -> new AlignedBuffer(BOUNCE));
  private static final AlignedBuffer ZEROES = new AlignedBuffer(1 << 20);

  private final StampedLock coherenceLock = new StampedLock();
  private final CachedReads cachedReads = new CachedReads();
  private final List<Integer> descriptors = new ArrayList<>();

  private volatile int buffered = -1;

  /** -1 when the file system refuses O_DIRECT. */
  private volatile int direct = -1;

  private volatile int alignment = Sectors.SIZE;
  private volatile int memoryAlignment = Sectors.SIZE;
  private volatile boolean inMemory;
  private boolean writable;

  /**
   * Opens the file, or opens it for writing too. Descriptors of before stay open, because requests
   * may be using them.
   *
   * @param file a descriptor of it, good for {@link PinnedFile#reopen}, which stays the caller's
   * @return 0 or the error number; nothing has changed then
   */
  synchronized int open(int file, boolean write) {
    int flags = (write ? Linux.O_RDWR : Linux.O_RDONLY) | Linux.O_NONBLOCK;
    int plain = PinnedFile.reopen(file, flags);
    if (plain < 0) {
      return -plain;
    }
    descriptors.add(plain);
    int bypassing = PinnedFile.reopen(plain, flags | Linux.O_DIRECT);
    if (bypassing >= 0) {
      descriptors.add(bypassing);
      int found = directAlignment(bypassing);
      if (found == 0) {
        bypassing = -1;
      } else {
        alignment = found;
      }
    }
    buffered = plain;
    direct = bypassing;
    writable = write;
    inMemory = isInMemory(plain);
    return 0;
  }

  /** Descriptor for questions and ioctls; bypasses no cache. */
  int descriptor() {
    return buffered;
  }

  synchronized boolean writable() {
    return writable;
  }

  /** Descriptor that bypasses the page cache; -1 when the file system refuses that. */
  int direct() {
    return direct;
  }

  /** How a transfer can go without anybody waiting. */
  enum Way {
    /** Bypassing the page cache. */
    DIRECT,
    /** Bypassing the page cache, and keeping out what goes through it. */
    DIRECT_LOCKED,
    /** Through the page cache, because the file system knows nothing else. */
    BUFFERED,
    /** Not at all: memory, offset or length ask for {@link #read} or {@link #write}. */
    BLOCKING
  }

  /**
   * Chooses the way of a transfer; {@link #leave} is due when it has ended.
   *
   * @param length in bytes
   */
  Way enter(long address, long length, long offset) {
    if (length > Integer.MAX_VALUE) {
      return Way.BLOCKING;
    }
    if (direct < 0) {
      return Way.BUFFERED;
    }
    int unit = alignment;
    if ((address & (memoryAlignment - 1)) != 0 || ((length | offset) & (unit - 1)) != 0) {
      return Way.BLOCKING;
    }
    if (unit == Sectors.SIZE) {
      return Way.DIRECT;
    }
    return coherenceLock.tryReadLock() == 0 ? Way.BLOCKING : Way.DIRECT_LOCKED;
  }

  /** As {@link CachedReads#read}. */
  int readCached(long address, int length, long offset) {
    return cachedReads.read(buffered, address, length, offset);
  }

  /** Ends what {@link #enter} began; from any thread. */
  void leave(Way way) {
    if (way == Way.DIRECT_LOCKED) {
      coherenceLock.tryUnlockRead();
    }
  }

  /** Whether the file lies in memory, so that no transfer waits for a disk. */
  boolean isInMemory() {
    return inMemory;
  }

  synchronized void close() {
    for (int descriptor : descriptors) {
      C.close(descriptor);
    }
    descriptors.clear();
    // Their numbers may soon be those of other files.
    buffered = -1;
    direct = -1;
  }

  private static boolean isInMemory(int descriptor) {
    AlignedBuffer facts = new AlignedBuffer(256);
    boolean known = NativeIo.C.fstatfs(descriptor, facts.address()) == 0;
    return known && IN_MEMORY.contains(facts.bytes().getLong(0) & 0xffff_ffffL);
  }

  /**
   * What offset and length must be multiples of for O_DIRECT, in bytes: what statx(2) says, else
   * the smallest with which a read succeeds; 0 if none does.
   */
  private int directAlignment(int descriptor) {
    FileFacts facts = FileFacts.of(descriptor);
    if (facts != null && facts.directOffsetAlign() > 0) {
      memoryAlignment = Math.max(1, facts.directMemoryAlign());
      return Math.max(Sectors.SIZE, facts.directOffsetAlign());
    }
    AlignedBuffer buffer = new AlignedBuffer(AlignedBuffer.ALIGNMENT);
    try {
      for (int tried = Sectors.SIZE; tried <= AlignedBuffer.ALIGNMENT; tried *= 2) {
        if (C.pread(descriptor, buffer.address(), tried, 0) >= 0) {
          return tried;
        }
      }
      return 0;
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  Outcome read(long address, long length, long offset) {
    return readOrWrite(false, address, length, offset);
  }

  Outcome write(long address, long length, long offset, boolean durable) {
    Outcome outcome = readOrWrite(true, address, length, offset);
    return outcome.isDone() && durable ? flush() : outcome;
  }

  /** Makes all that was written durable, whichever way it went. */
  Outcome flush() {
    while (C.fdatasync(buffered) != 0) {
      int errno = NativeIo.errno();
      if (errno != Errno.EINTR.number()) {
        return Outcome.of(errno);
      }
    }
    return Outcome.DONE;
  }

  Outcome writeZeroes(long length, long offset, boolean durable) {
    long done = 0;
    while (done < length) {
      long part = Math.min(ZEROES.capacity(), length - done);
      Outcome outcome = readOrWrite(true, ZEROES.address(), part, offset + done);
      if (!outcome.isDone()) {
        return outcome;
      }
      done += part;
    }
    return durable ? flush() : Outcome.DONE;
  }

  /**
   * Changes a range other than by writing (punches a hole, discards, zeroes): {@code change} gets
   * {@link #descriptor()}.
   *
   * @param length in bytes
   */
  Outcome change(long length, long offset, Change change) {
    int unit = alignment;
    if (unit == Sectors.SIZE || ((length | offset) & (unit - 1)) == 0) {
      return change.on(buffered, offset, length);
    }
    long stamp = coherenceLock.writeLock();
    try {
      return change.on(buffered, offset, length);
    } finally {
      coherenceLock.unlockWrite(stamp);
    }
  }

  /** See {@link #change}. */
  interface Change {
    Outcome on(int descriptor, long offset, long length);
  }

  /** A {@link Change}: the range reads as zeroes and takes no space. */
  static Outcome punchHole(int descriptor, long offset, long length) {
    return allocate(descriptor, Linux.FALLOC_FL_PUNCH_HOLE, offset, length);
  }

  /** A {@link Change}: the range reads as zeroes and keeps its space. */
  static Outcome zeroRange(int descriptor, long offset, long length) {
    return allocate(descriptor, Linux.FALLOC_FL_ZERO_RANGE, offset, length);
  }

  private static Outcome allocate(int descriptor, int mode, long offset, long length) {
    int flags = mode | Linux.FALLOC_FL_KEEP_SIZE;
    while (C.fallocate(descriptor, flags, offset, length) != 0) {
      int errno = NativeIo.errno();
      if (errno != Errno.EINTR.number()) {
        return Outcome.of(errno);
      }
    }
    return Outcome.DONE;
  }

  private Outcome readOrWrite(boolean write, long address, long length, long offset) {
    int descriptor = direct;
    if (descriptor < 0) {
      return transfer(buffered, write, address, length, offset);
    }
    int unit = alignment;
    boolean aligned = ((length | offset) & (unit - 1)) == 0;
    if (unit == Sectors.SIZE) {
      return aligned
          ? transferDirect(descriptor, write, address, length, offset)
          : transfer(buffered, write, address, length, offset);
    }
    long stamp = aligned ? coherenceLock.readLock() : coherenceLock.writeLock();
    try {
      return aligned
          ? transferDirect(descriptor, write, address, length, offset)
          : transfer(buffered, write, address, length, offset);
    } finally {
      coherenceLock.unlock(stamp);
    }
  }

  private Outcome transferDirect(
      int descriptor, boolean write, long address, long length, long offset) {
    if ((address & (memoryAlignment - 1)) == 0) {
      return transfer(descriptor, write, address, length, offset);
    }
    AlignedBuffer bounce = BOUNCE_BUFFER.get();
    for (long done = 0; done < length; ) {
      long part = Math.min(BOUNCE, length - done);
      if (write) {
        C.memcpy(bounce.address(), address + done, part);
      }
      Outcome outcome = transfer(descriptor, write, bounce.address(), part, offset + done);
      if (!outcome.isDone()) {
        return outcome;
      }
      if (!write) {
        C.memcpy(address + done, bounce.address(), part);
      }
      done += part;
    }
    return Outcome.DONE;
  }

  private Outcome transfer(int descriptor, boolean write, long address, long length, long offset) {
    int from = descriptor;
    long done = 0;
    while (done < length) {
      long moved =
          write
              ? C.pwrite(from, address + done, length - done, offset + done)
              : C.pread(from, address + done, length - done, offset + done);
      if (moved < 0) {
        int errno = NativeIo.errno();
        if (errno == Errno.EINVAL.number() && from != buffered && done > 0) {
          from = buffered; // what a short transfer left over is not aligned any more
        } else if (errno != Errno.EINTR.number()) {
          return Outcome.of(errno);
        }
      } else if (moved == 0) {
        return Outcome.EIO; // the file has become shorter than what is mapped
      } else {
        done += moved;
      }
    }
    return Outcome.DONE;
  }
}
