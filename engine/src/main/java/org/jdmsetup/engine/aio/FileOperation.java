package org.jdmsetup.engine.aio;

/**
 * An operation on an open file that is carried out while the thread that started it does something
 * else. Reused: it can be started again once it has completed, also by {@link #completed} itself.
 */
public abstract class FileOperation extends LoopTask {

  enum Kind {
    READ,
    WRITE,
    SYNC
  }

  private Kind kind;
  private int fd;
  private long address;
  private int length;
  private long offset;
  private int result;
  private EventLoop loop;

  /**
   * Makes it a pread(2) or pwrite(2).
   *
   * @param address native address of the data
   * @param length in bytes
   * @param offset in bytes
   */
  public final void transfer(boolean write, int fd, long address, int length, long offset) {
    this.kind = write ? Kind.WRITE : Kind.READ;
    this.fd = fd;
    this.address = address;
    this.length = length;
    this.offset = offset;
  }

  /** Makes it an fdatasync(2). */
  public final void sync(int fd) {
    this.kind = Kind.SYNC;
    this.fd = fd;
    this.address = 0;
    this.length = 0;
    this.offset = 0;
  }

  final Kind kind() {
    return kind;
  }

  final int fd() {
    return fd;
  }

  final long address() {
    return address;
  }

  final int length() {
    return length;
  }

  final long offset() {
    return offset;
  }

  /** The loop that it was started on, and that is told of its end. */
  protected final EventLoop loop() {
    return loop;
  }

  final void startedOn(EventLoop by) {
    loop = by;
  }

  /**
   * @param end of the system call: a number of bytes, or a negative error number
   */
  final void result(int end) {
    result = end;
  }

  @Override
  protected final void run() {
    completed(result);
  }

  /**
   * Called on the thread of the loop that it was started on; must not wait.
   *
   * @param result as that of the system call, which may have transferred less than was asked for,
   *     or a negative error number, never EINTR
   */
  protected abstract void completed(int result);
}
