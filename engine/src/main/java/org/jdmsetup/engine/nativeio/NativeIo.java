package org.jdmsetup.engine.nativeio;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.types.intptr_t;
import jnr.ffi.types.mode_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;

/**
 * The C library as the engine uses it: the only place of the engine that calls native code, except
 * {@link OwnProcess}.
 *
 * <p>Everything is a primitive or a native address, so that a call allocates nothing; the few calls
 * with strings are for set-up. Functions return what C returns; after a failure (-1) {@link
 * #errno()} on the same thread tells why. None of them retries after EINTR. The caller vouches for
 * addresses: nothing is checked, and the memory must stay allocated during the call (for an {@link
 * AlignedBuffer}: stay reachable).
 *
 * <p>No function here may have more than five parameters, as jnr-ffi's x86 stubs pass a wrong
 * sixth; with a {@link Pointer} among the parameters there is no such stub.
 *
 * <p>Safe to use from any thread.
 */
public interface NativeIo {

  /** The C library. */
  NativeIo C = LibraryLoader.create(NativeIo.class).load("c");

  int open(String path, int flags, int mode);

  int close(int fd);

  @off_t
  long lseek(int fd, @off_t long offset, int whence);

  @ssize_t
  long read(int fd, @intptr_t long address, @size_t long length);

  @ssize_t
  long write(int fd, @intptr_t long address, @size_t long length);

  @ssize_t
  long pread(int fd, @intptr_t long address, @size_t long length, @off_t long offset);

  @ssize_t
  long pwrite(int fd, @intptr_t long address, @size_t long length, @off_t long offset);

  /** {@code vector}: address of {@code count} struct iovec (16 bytes each: address, length). */
  @ssize_t
  long preadv2(int fd, @intptr_t long vector, int count, @off_t long offset, int flags);

  int flock(int fd, int operation);

  int fdatasync(int fd);

  int fsync(int fd);

  int sync_file_range(int fd, @off_t long offset, @off_t long length, int flags);

  /** Writes out the whole file system that holds the file. */
  int syncfs(int fd);

  /** A system call that the C library may have no function for, with three arguments. */
  @intptr_t
  long syscall(
      @intptr_t long number, @intptr_t long first, @intptr_t long second, @intptr_t long third);

  /** A system call with four arguments; what the fifth and sixth are is not defined. */
  @intptr_t
  long syscall(
      @intptr_t long number,
      @intptr_t long first,
      @intptr_t long second,
      @intptr_t long third,
      @intptr_t long fourth);

  /** A system call with five arguments; the last is the address that {@code fifth} holds. */
  @intptr_t
  long syscall(
      @intptr_t long number,
      @intptr_t long first,
      @intptr_t long second,
      @intptr_t long third,
      @intptr_t long fourth,
      Pointer fifth);

  int ftruncate(int fd, @off_t long length);

  int fallocate(int fd, int mode, @off_t long offset, @off_t long length);

  /** {@code argument} is a native address or the number itself, as the command wants it. */
  int ioctl(int fd, @u_int64_t long command, @intptr_t long argument);

  /** See {@link FileFacts} for the meaning of the 256 bytes at {@code buffer}. */
  int statx(int directory, String path, int flags, int mask, @intptr_t long buffer);

  /** {@code buffer}: 120 bytes, with the type at 0 and the file system's id at 56. */
  int fstatfs(int fd, @intptr_t long buffer);

  int mount(String source, String target, String type, @u_int64_t long flags, String data);

  int umount2(String target, int flags);

  /** {@code device} as dev_t: {@code DeviceNumber.encoded()} has the C library's layout. */
  int mknod(String path, @mode_t int mode, @u_int64_t long device);

  int unlink(String path);

  /** As {@link #open(String, int, int)} for a path that is in no particular character set. */
  int open(byte[] nulTerminatedPath, int flags, int mode);

  /** What a symbolic link holds, not terminated; returns its length. */
  @ssize_t
  long readlink(String path, @intptr_t long buffer, @size_t long length);

  /** {@code length} must be a multiple of {@code alignment}; the address, or 0. */
  @intptr_t
  long aligned_alloc(@size_t long alignment, @size_t long length);

  /** Only for what {@link #aligned_alloc} returned. */
  @IgnoreError
  void free(@intptr_t long address);

  /** {@code array}: address of {@code count} pollfd (8 bytes each: fd, events, revents). */
  int poll(@intptr_t long array, @u_int64_t long count, int timeoutMillis);

  int socket(int domain, int type, int protocol);

  /** {@code address}: that of a struct sockaddr of {@code length} bytes. */
  int bind(int fd, @intptr_t long address, int length);

  int listen(int fd, int backlog);

  int accept4(int fd, @intptr_t long address, @intptr_t long length, int flags);

  int shutdown(int fd, int how);

  int epoll_create1(int flags);

  /** {@code event}: address of an epoll_event, see {@link EpollEvents}. */
  int epoll_ctl(int epoll, int operation, int fd, @intptr_t long event);

  /** {@code events}: address of room for {@code most} epoll_events. */
  int epoll_wait(int epoll, @intptr_t long events, int most, int timeoutMillis);

  /** The address of the mapping, all bits set after a failure; for set-up. */
  Pointer mmap(
      Pointer address, @size_t long length, int protection, int flags, int fd, @off_t long offset);

  int munmap(Pointer address, @size_t long length);

  int inotify_init1(int flags);

  int inotify_add_watch(int fd, byte[] nulTerminatedPath, int events);

  int eventfd(int initial, int flags);

  @IgnoreError
  @intptr_t
  long memset(@intptr_t long address, int value, @size_t long length);

  @IgnoreError
  @intptr_t
  long memcpy(@intptr_t long to, @intptr_t long from, @size_t long length);

  /** The byte at an address. */
  static byte byteAt(long address) {
    return Runtime.getSystemRuntime().getMemoryManager().newPointer(address).getByte(0);
  }

  /** The error number of the last failed call on this thread. */
  static int errno() {
    return Runtime.getSystemRuntime().getLastError();
  }
}
