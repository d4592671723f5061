package org.jdmsetup.engine.expose.freeze;

import java.lang.ref.Reference;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted file system that was frozen with FIFREEZE ({@code include/uapi/linux/fs.h}). It is held
 * through a mount of our own that is nowhere in the tree of files, so that users can unmount theirs
 * meanwhile, as they can on a suspended device of the kernel's, and it can be thawed nevertheless.
 */
public final class FrozenFileSystem implements Frozen {
  private static final Logger LOG = LoggerFactory.getLogger(FrozenFileSystem.class);

  private final int fd;
  private final String place;

  private FrozenFileSystem(int fd, String place) {
    this.fd = fd;
    this.place = place;
  }

  /**
   * Freezes what is mounted from a device, after writing out all that it holds.
   *
   * @return null when nothing is mounted, or what is mounted can only be written out, which is done
   */
  public static FrozenFileSystem freeze(DeviceNumber device) throws FreezeException {
    FreezeException refused = null;
    for (Mounts.Reachable mount : Mounts.of(device)) {
      String place = ByteText.unicode(mount.path());
      int fd = open(mount, true);
      if (fd < 0) {
        LOG.debug("{}: {}", place, Errno.text(-fd));
        continue; // another mount of the same file system may be within reach
      }
      if (NativeIo.C.ioctl(fd, Linux.FIFREEZE, 0) == 0) {
        return new FrozenFileSystem(fd, place);
      }
      int errno = NativeIo.errno();
      boolean cannot = errno == Errno.EOPNOTSUPP.number();
      if (cannot) {
        LOG.info("the file system on {} cannot be frozen; it is written out", place);
        errno = NativeIo.C.syncfs(fd) == 0 ? 0 : NativeIo.errno();
      }
      NativeIo.C.close(fd);
      if (errno == 0) {
        return null;
      }
      refused =
          new FreezeException(
              errno,
              "the file system on "
                  + place
                  + " cannot be frozen: "
                  + (errno == Errno.EBUSY.number() ? "it is frozen already" : Errno.text(errno)));
    }
    if (refused != null) {
      throw refused;
    }
    return null;
  }

  /**
   * Thaws what a daemon left frozen that was killed.
   *
   * @return where, or null when nothing was frozen
   */
  public static String thawLeftOver(DeviceNumber device) {
    for (Mounts.Reachable mount : Mounts.of(device)) {
      int fd = open(mount, false);
      if (fd >= 0) {
        boolean thawed = NativeIo.C.ioctl(fd, Linux.FITHAW, 0) == 0;
        NativeIo.C.close(fd);
        if (thawed) {
          return ByteText.unicode(mount.path());
        }
      }
    }
    return null;
  }

  /**
   * @param detached through a mount of our own, where the kernel gives one
   * @return a descriptor, or a negative error number
   */
  private static int open(Mounts.Reachable mount, boolean detached) {
    try (PinnedFile root = mount.find()) {
      if (root == null) {
        return -Errno.ENOENT.number();
      }
      int flags = Linux.O_RDONLY | Linux.O_NONBLOCK;
      int tree = detached ? openTree(root.descriptor()) : -1;
      if (tree < 0) {
        return root.open(flags);
      }
      int fd = PinnedFile.reopen(tree, flags);
      NativeIo.C.close(tree);
      return fd;
    }
  }

  private static int openTree(int path) {
    AlignedBuffer empty = new AlignedBuffer(8);
    long flags = Linux.OPEN_TREE_CLONE | Linux.AT_EMPTY_PATH | Linux.O_CLOEXEC;
    try {
      return (int) NativeIo.C.syscall(Linux.SYS_OPEN_TREE, path, empty.address(), flags);
    } finally {
      Reference.reachabilityFence(empty);
    }
  }

  @Override
  public void thaw() {
    if (NativeIo.C.ioctl(fd, Linux.FITHAW, 0) != 0) {
      LOG.warn("thawing the file system on {}: {}", place, Errno.text(NativeIo.errno()));
    }
    NativeIo.C.close(fd);
  }
}
