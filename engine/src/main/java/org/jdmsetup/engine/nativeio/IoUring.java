package org.jdmsetup.engine.nativeio;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * A ring of io_uring(7): operations are queued in memory that the kernel shares, handed over many
 * at a time by one system call, and their results read from the same memory without one. For one
 * thread at a time.
 *
 * <p>The layout is that of include/uapi/linux/io_uring.h. {@link #handOver} does not wait for
 * results. To wait for them, {@link #descriptor()} is watched: it is readable while there are any.
 */
public final class IoUring implements AutoCloseable {

  /** How operations are handed to the kernel: by the system call, or what a test has instead. */
  public interface Enter {
    /**
     * @return how many operations the kernel has taken, or a negative error number
     */
    int enter(int descriptor, int queued);
  }

  /**
   * The system call. It has two arguments more, which the kernel looks at only when it is to wait.
   */
  public static final Enter KERNEL =
      (descriptor, queued) -> {
        long taken = NativeIo.C.syscall(Linux.SYS_IO_URING_ENTER, descriptor, queued, 0, 0);
        return taken < 0 ? -NativeIo.errno() : (int) taken;
      };

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int ENTRY_SIZE = 64;
  private static final int RESULT_SIZE = 16;

  // struct io_uring_params, with struct io_sqring_offsets at 40 and io_cqring_offsets at 80
  private static final int PARAMS_SIZE = 120;
  private static final int P_QUEUE_LENGTH = 0;
  private static final int P_RESULT_LENGTH = 4;
  private static final int P_FLAGS = 8;
  private static final int P_FEATURES = 20;
  private static final int P_QUEUE_HEAD = 40;
  private static final int P_QUEUE_TAIL = 44;
  private static final int P_QUEUE_ARRAY = 64;
  private static final int P_RESULT_HEAD = 80;
  private static final int P_RESULT_TAIL = 84;
  private static final int P_RESULTS = 100;

  // struct io_uring_probe: 16 bytes, then 8 for each operation
  private static final int PROBED = 64;
  private static final int PROBE_HEADER = 16;
  private static final int PROBE_ENTRY = 8;
  private static final int PROBE_SUPPORTED = 1;

  /** How many kernel threads of a ring may wait for slow files at once. */
  private static final int MAX_KERNEL_THREADS = 4096;

  private final Enter enter;
  private final int descriptor;
  private final SharedMemory ringMemory;
  private final SharedMemory entryMemory;
  private final ByteBuffer ring;
  private final ByteBuffer entries;

  // offsets in the ring
  private final int queueHead;
  private final int queueTail;
  private final int resultHead;
  private final int resultTail;
  private final int results;

  private final int queueLength;
  private final int resultLength;

  /** How many operations were ever queued; wraps. */
  private int queued;

  /** How many results were ever taken; wraps. */
  private int taken;

  /**
   * Opens a ring.
   *
   * @param queueLength how many operations can be queued before they are handed over: a power of
   *     two
   * @param resultLength how many may be under way: a power of two, more than the first
   * @param enter {@link #KERNEL}
   * @throws IOException when the kernel has no io_uring, forbids it, or lacks what is needed; its
   *     message says which
   */
  public IoUring(int queueLength, int resultLength, Enter enter) throws IOException {
    this.enter = enter;
    this.queueLength = queueLength;
    this.resultLength = resultLength;
    AlignedBuffer shared = new AlignedBuffer(PARAMS_SIZE);
    ByteBuffer params = shared.bytes();
    descriptor = setUp(queueLength, resultLength, shared);
    SharedMemory mappedRing = null;
    SharedMemory mappedEntries = null;
    try {
      int needed = Linux.IORING_FEAT_SINGLE_MMAP | Linux.IORING_FEAT_NODROP;
      if ((params.getInt(P_FEATURES) & needed) != needed || !supportsOperations()) {
        throw new IOException("this kernel's io_uring is too old");
      }
      int queueEnd = params.getInt(P_QUEUE_ARRAY) + queueLength * Integer.BYTES;
      int resultEnd = params.getInt(P_RESULTS) + resultLength * RESULT_SIZE;
      int length = Math.max(queueEnd, resultEnd);
      mappedRing = new SharedMemory(descriptor, Linux.IORING_OFF_SQ_RING, length);
      mappedEntries = new SharedMemory(descriptor, Linux.IORING_OFF_SQES, queueLength * ENTRY_SIZE);
    } catch (IOException | RuntimeException | Error e) {
      if (mappedRing != null) {
        mappedRing.close();
      }
      NativeIo.C.close(descriptor);
      throw e;
    }
    ringMemory = mappedRing;
    entryMemory = mappedEntries;
    ring = ringMemory.bytes();
    entries = entryMemory.bytes();
    queueHead = params.getInt(P_QUEUE_HEAD);
    queueTail = params.getInt(P_QUEUE_TAIL);
    resultHead = params.getInt(P_RESULT_HEAD);
    resultTail = params.getInt(P_RESULT_TAIL);
    results = params.getInt(P_RESULTS);
    for (int i = 0; i < queueLength; i++) {
      ring.putInt(params.getInt(P_QUEUE_ARRAY) + i * Integer.BYTES, i); // used in turn
    }
    allowKernelThreads();
  }

  private static int setUp(int queueLength, int resultLength, AlignedBuffer params)
      throws IOException {
    int flags = Linux.IORING_SETUP_CQSIZE | Linux.IORING_SETUP_COOP_TASKRUN;
    long fd = setUp(queueLength, resultLength, params, flags);
    if (fd == -Errno.EINVAL.number()) {
      flags = Linux.IORING_SETUP_CQSIZE; // before Linux 5.19
      fd = setUp(queueLength, resultLength, params, flags);
    }
    if (fd < 0) {
      throw new IOException("io_uring_setup: " + Errno.text((int) -fd));
    }
    return (int) fd;
  }

  private static long setUp(int queueLength, int resultLength, AlignedBuffer params, int flags) {
    params.bytes().putInt(P_FLAGS, flags).putInt(P_RESULT_LENGTH, resultLength);
    long fd = NativeIo.C.syscall(Linux.SYS_IO_URING_SETUP, queueLength, params.address(), 0);
    Reference.reachabilityFence(params);
    return fd < 0 ? -NativeIo.errno() : fd;
  }

  private boolean supportsOperations() {
    AlignedBuffer probe = new AlignedBuffer(PROBE_HEADER + PROBED * PROBE_ENTRY);
    if (register(Linux.IORING_REGISTER_PROBE, probe, PROBED) < 0) {
      return false;
    }
    ByteBuffer b = probe.bytes();
    return supports(b, Linux.IORING_OP_READ)
        && supports(b, Linux.IORING_OP_WRITE)
        && supports(b, Linux.IORING_OP_FSYNC);
  }

  private static boolean supports(ByteBuffer probe, int operation) {
    return (probe.getShort(PROBE_HEADER + operation * PROBE_ENTRY + 2) & PROBE_SUPPORTED) != 0;
  }

  private void allowKernelThreads() {
    AlignedBuffer bounds = new AlignedBuffer(2 * Integer.BYTES);
    bounds.bytes().putInt(0, MAX_KERNEL_THREADS).putInt(4, 0); // 0: as it is
    register(Linux.IORING_REGISTER_IOWQ_MAX_WORKERS, bounds, 2); // before Linux 5.15 there are few
  }

  private long register(int what, AlignedBuffer argument, int count) {
    long result =
        NativeIo.C.syscall(
            Linux.SYS_IO_URING_REGISTER, descriptor, what, argument.address(), count);
    Reference.reachabilityFence(argument);
    return result;
  }

  /** Readable while there are results. */
  public int descriptor() {
    return descriptor;
  }

  /** How many operations may be under way at once. */
  public int maxUnderWay() {
    return resultLength;
  }

  /** Whether nothing more can be queued before something is handed over. */
  public boolean isFull() {
    return queued - (int) INT.getAcquire(ring, queueHead) == queueLength;
  }

  /** Whether something is queued that was not handed over. */
  public boolean hasQueued() {
    return queued != (int) INT.getAcquire(ring, queueHead);
  }

  /**
   * Queues a transfer between memory and a file; not when {@link #isFull}.
   *
   * @param length in bytes
   * @param offset in the file, in bytes
   * @param key what its result will be known by
   */
  public void queueTransfer(
      boolean write, int fd, long address, int length, long offset, long key) {
    int operation = write ? Linux.IORING_OP_WRITE : Linux.IORING_OP_READ;
    queue(operation, fd, address, length, offset, 0, key);
  }

  /** Queues an fdatasync(2); as {@link #queueTransfer}. */
  public void queueSync(int fd, long key) {
    queue(Linux.IORING_OP_FSYNC, fd, 0, 0, 0, Linux.IORING_FSYNC_DATASYNC, key);
  }

  /** Fills a struct io_uring_sqe. */
  private void queue(
      int operation, int fd, long address, int length, long offset, int flags, long key) {
    int at = (queued & (queueLength - 1)) * ENTRY_SIZE;
    entries.putLong(at, operation); // and no flags, no priority
    entries.putInt(at + 4, fd);
    entries.putLong(at + 8, offset);
    entries.putLong(at + 16, address);
    entries.putInt(at + 24, length);
    entries.putInt(at + 28, flags);
    entries.putLong(at + 32, key);
    entries.putLong(at + 40, 0);
    entries.putLong(at + 48, 0);
    entries.putLong(at + 56, 0);
    queued++;
    INT.setRelease(ring, queueTail, queued);
  }

  /**
   * Hands what is queued to the kernel, or as much as it takes.
   *
   * @return 0 or a positive error number: EAGAIN and EBUSY when the kernel takes no more now
   */
  public int handOver() {
    int waiting = queued - (int) INT.getAcquire(ring, queueHead);
    while (waiting > 0) {
      int result = enter.enter(descriptor, waiting);
      if (result < 0 && result != -Errno.EINTR.number()) {
        return -result;
      }
      waiting = queued - (int) INT.getAcquire(ring, queueHead);
      if (result == 0 && waiting > 0) {
        return Errno.EAGAIN.number();
      }
    }
    return 0;
  }

  /** Whether there is a result. */
  public boolean hasResult() {
    return (int) INT.getAcquire(ring, resultTail) != taken;
  }

  /** The key of the first result; only if there is one. */
  public long resultKey() {
    return ring.getLong(resultAt());
  }

  /** The first result: as that of the system call, or a negative error number. */
  public int result() {
    return ring.getInt(resultAt() + 8);
  }

  private int resultAt() {
    return results + (taken & (resultLength - 1)) * RESULT_SIZE;
  }

  /** Gives the first result's place back to the kernel. */
  public void takeResult() {
    taken++;
    INT.setRelease(ring, resultHead, taken);
  }

  /** Ends the ring; what is under way is ended or cancelled by the kernel, without a result. */
  @Override
  public void close() {
    NativeIo.C.close(descriptor);
    entryMemory.close();
    ringMemory.close();
  }
}
