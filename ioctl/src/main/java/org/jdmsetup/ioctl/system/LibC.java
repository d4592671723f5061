package org.jdmsetup.ioctl.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import org.jdmsetup.tables.ByteText;

/**
 * The C library's functions that this module calls: the only native code of the module. Paths are
 * passed as {@link #path} makes them, other memory as addresses of direct buffers ({@link
 * #address}); the caller keeps such a buffer reachable during the call. All functions return -1 on
 * failure, and then {@link #errno} of the same thread says why. Safe for use by many threads.
 */
public interface LibC {

  /** How many bytes {@link #text} reads at most. */
  int TEXT_LIMIT = 4096;

  /** Made when first used: loading the native layer takes tens of milliseconds. */
  static LibC get() {
    return Loaded.LIBC;
  }

  int open(@In byte[] path, int flags, int mode);

  int close(int fd);

  int ioctl(int fd, long request, long argument);

  long read(int fd, long buffer, long count);

  long lseek(int fd, long offset, int whence);

  int mknod(@In byte[] path, int mode, long dev);

  int mkdir(@In byte[] path, int mode);

  int unlink(@In byte[] path);

  int rename(@In byte[] from, @In byte[] to);

  int symlink(@In byte[] target, @In byte[] path);

  int lchown(@In byte[] path, int uid, int gid);

  int umask(int mask);

  int geteuid();

  /** See statx(2); its result has the same layout on every architecture. */
  int statx(int directory, @In byte[] path, int flags, int mask, long result);

  int semget(int key, int count, int flags);

  /** Operations are {@code struct sembuf}: number, operation, flags, 16 bits each. */
  int semop(int id, long operations, long count);

  /**
   * Variadic in C, where the argument is passed in the same register as that of a plain function.
   */
  int semctl(int id, int number, int command, long argument);

  /**
   * {@code handler} is the address of a function, {@link Linux#SIG_DFL} or {@link Linux#SIG_IGN};
   * returns the handler that was set before.
   */
  long signal(int number, long handler);

  int raise(int number);

  /** Unlike the others returns the error number; the sets are addresses, 0 for none. */
  int pthread_sigmask(int how, long set, long before);

  /** {@code descriptors} is the address of two ints, which get the reading and the writing end. */
  int pipe2(long descriptors, int flags);

  /**
   * Variadic in C, where the argument is passed in the same register as that of a plain function.
   */
  int fcntl(int fd, int command, long argument);

  /** Unlike the others returns the error number; 0 is success. All but the path are addresses. */
  int posix_spawnp(
      long pid, @In byte[] file, long actions, long attributes, long argv, long environment);

  int posix_spawn_file_actions_init(long actions);

  int posix_spawn_file_actions_adddup2(long actions, int fd, int newFd);

  int posix_spawn_file_actions_destroy(long actions);

  int waitpid(int pid, long status, int options);

  /** A time as 25 characters and a NUL, in the local time zone. */
  long ctime_r(long time, long result);

  /** A {@code locale_t}; 0 on failure. */
  long newlocale(int categories, @In byte[] name, long base);

  void freelocale(long locale);

  /** The address of a text. */
  long nl_langinfo_l(int item, long locale);

  /** Why the last call of this thread failed. */
  static int errno() {
    return Loaded.RUNTIME.getLastError();
  }

  /** The address of index 0 of a direct buffer whose position is 0. */
  static long address(ByteBuffer direct) {
    return Pointer.wrap(Loaded.RUNTIME, direct).address();
  }

  /** The NUL-terminated text at an address, as byte text. */
  static String text(long address) {
    return Pointer.wrap(Loaded.RUNTIME, address).getString(0, TEXT_LIMIT, ISO_8859_1);
  }

  /** A byte text as these functions take paths: NUL-terminated. */
  static byte[] path(String byteText) {
    return ByteText.bytes(byteText + '\0');
  }

  /** Holds the library, so that the interface itself loads nothing. */
  final class Loaded {
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("libc.so.6");
    private static final Runtime RUNTIME = Runtime.getSystemRuntime();

    private Loaded() {}
  }
}
