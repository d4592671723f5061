package org.jdmsetup.engine.nativeio;

import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * A file whose path was looked up once. An O_PATH descriptor holds on to it, and it is opened
 * through {@code /proc/self/fd}, so that one always gets this file, even if a component of the path
 * has been replaced meanwhile.
 */
public final class PinnedFile implements AutoCloseable {

  private final int descriptor;
  private final FileFacts facts;

  private PinnedFile(int descriptor, FileFacts facts) {
    this.descriptor = descriptor;
    this.facts = facts;
  }

  /**
   * Finds a file, or what a symbolic link leads to; null with {@link NativeIo#errno()} set when
   * there is none.
   *
   * @param nulTerminatedPath in no particular character set
   */
  public static PinnedFile at(byte[] nulTerminatedPath) {
    return of(NativeIo.C.open(nulTerminatedPath, Linux.O_PATH | Linux.O_CLOEXEC, 0));
  }

  /** As {@link #at(byte[])}. */
  public static PinnedFile at(String path) {
    return of(NativeIo.C.open(path, Linux.O_PATH | Linux.O_CLOEXEC, 0));
  }

  /** As {@link #at(byte[])}, but a symbolic link is found itself. */
  public static PinnedFile atNoFollow(String path) {
    return of(NativeIo.C.open(path, Linux.O_PATH | Linux.O_NOFOLLOW | Linux.O_CLOEXEC, 0));
  }

  private static PinnedFile of(int descriptor) {
    if (descriptor < 0) {
      return null;
    }
    FileFacts facts = FileFacts.of(descriptor);
    if (facts == null) {
      NativeIo.C.close(descriptor);
      return null;
    }
    return new PinnedFile(descriptor, facts);
  }

  /** What the file was when it was found. */
  public FileFacts facts() {
    return facts;
  }

  /** Good for {@link #reopen} and for questions; neither reads nor writes. */
  public int descriptor() {
    return descriptor;
  }

  /** Where it can be opened, and its owner and mode changed, by this process until it is closed. */
  public String path() {
    return path(descriptor);
  }

  private static String path(int descriptor) {
    return "/proc/self/fd/" + descriptor;
  }

  /** Opens the file; a descriptor, or a negative error number. */
  public int open(int flags) {
    return reopen(descriptor, flags);
  }

  /**
   * Opens what a descriptor has open once more.
   *
   * @return a descriptor, or a negative error number; ESTALE when {@code /proc} led elsewhere
   */
  public static int reopen(int descriptor, int flags) {
    int again = NativeIo.C.open(path(descriptor), flags | Linux.O_CLOEXEC, 0);
    if (again < 0) {
      return -NativeIo.errno();
    }
    FileFacts expected = FileFacts.of(descriptor);
    FileFacts opened = FileFacts.of(again);
    if (expected == null || opened == null || !opened.isSameFile(expected)) {
      NativeIo.C.close(again);
      return -Errno.ESTALE.number();
    }
    return again;
  }

  @Override
  public void close() {
    NativeIo.C.close(descriptor);
  }
}
