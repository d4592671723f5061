package org.jdmsetup.engine.expose.fuse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what the kernel asks of a FUSE mount besides data: names, attributes, opens, the list of
 * files, and at the beginning how to speak with each other. For one thread.
 */
final class FuseMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(FuseMetadata.class);

  /** Where the body of a request begins in its message. */
  private static final int IN = FuseWorker.IN;

  private final FuseSession session;
  private final FuseReply reply;
  private ByteBuffer in;

  FuseMetadata(FuseSession session, FuseReply reply) {
    this.session = session;
    this.reply = reply;
  }

  /**
   * Answers a request.
   *
   * @param message the request, as it was received
   * @param node number of the file that it is about, or of the root
   * @param file that file; null for the root and where there is none of that number
   * @return false when it is of another kind
   */
  boolean answer(ByteBuffer message, int opcode, long node, FuseFile file, int bodyLength) {
    in = message;
    switch (opcode) {
      case FuseProtocol.GETATTR -> getattr(node, file);
      case FuseProtocol.SETATTR -> setattr(node, file);
      case FuseProtocol.LOOKUP -> lookup(node, bodyLength);
      case FuseProtocol.OPEN -> open(file, in.getInt(FuseWorker.MESSAGE + FuseProtocol.IN_PID));
      case FuseProtocol.RELEASE -> release(file);
      case FuseProtocol.IOCTL -> ioctl(file);
      case FuseProtocol.STATFS -> statfs(file);
      case FuseProtocol.OPENDIR -> {
        reply.zero(FuseProtocol.OPEN_OUT);
        reply.send(FuseProtocol.OPEN_OUT);
      }
      case FuseProtocol.READDIR -> readdir();
      case FuseProtocol.INIT -> init();
      case FuseProtocol.FLUSH,
          FuseProtocol.RELEASEDIR,
          FuseProtocol.FSYNCDIR,
          FuseProtocol.ACCESS,
          FuseProtocol.DESTROY ->
          reply.send(0);
      case FuseProtocol.FORGET, FuseProtocol.BATCH_FORGET, FuseProtocol.INTERRUPT -> {
        // these are not answered; a request that a device holds cannot be called back
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean found(FuseFile file) {
    if (file == null) {
      reply.fail(Errno.ENOENT);
    }
    return file != null;
  }

  private void lookup(long node, int bodyLength) {
    int end = IN;
    while (end < IN + bodyLength && in.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - IN];
    in.get(IN, bytes);
    FuseFile file =
        node == FuseProtocol.ROOT
            ? session.tree.find(new String(bytes, StandardCharsets.ISO_8859_1))
            : null;
    if (found(file)) {
      // no timeouts: a name may stand for another device next time, and sizes change
      reply.zero(FuseProtocol.ENTRY_OUT);
      reply.out.putLong(FuseReply.BODY + FuseProtocol.ENTRY_NODE, file.node);
      attributes(FuseReply.BODY + FuseProtocol.ENTRY_ATTR, file);
      reply.send(FuseProtocol.ENTRY_OUT);
    }
  }

  private void getattr(long node, FuseFile file) {
    if (node == FuseProtocol.ROOT || found(file)) {
      reply.zero(FuseProtocol.ATTR_OUT);
      attributes(FuseReply.BODY + FuseProtocol.ATTR_OUT_ATTR, file);
      reply.send(FuseProtocol.ATTR_OUT);
    }
  }

  /**
   * The present size, and size 0 (an open with O_TRUNC), are accepted without effect; times are
   * ignored; another size, a mode or an owner is refused.
   */
  private void setattr(long node, FuseFile file) {
    int valid = in.getInt(IN + FuseProtocol.SETATTR_VALID);
    if (node != FuseProtocol.ROOT && !found(file)) {
      return;
    }
    long size = in.getLong(IN + FuseProtocol.SETATTR_SIZE);
    boolean resizes = (valid & FuseProtocol.FATTR_SIZE) != 0 && size != 0;
    if ((valid & FuseProtocol.FATTR_MODE_UID_GID) != 0) {
      reply.fail(Errno.EPERM);
    } else if (resizes && (file == null || size != file.size())) {
      reply.fail(Errno.EPERM);
    } else {
      getattr(node, file);
    }
  }

  /** Attributes of a file, or of the root when it is null, into zeroed room. */
  private void attributes(int at, FuseFile file) {
    if (file == null) {
      reply.out.putLong(at + FuseProtocol.ATTR_NODE, FuseProtocol.ROOT);
      reply.out.putInt(at + FuseProtocol.ATTR_MODE, Linux.S_IFDIR | 0700);
      reply.out.putInt(at + FuseProtocol.ATTR_LINKS, 2);
    } else {
      long size = file.shownSize();
      reply.out.putLong(at + FuseProtocol.ATTR_NODE, file.node);
      reply.out.putLong(at + FuseProtocol.ATTR_SIZE, size);
      reply.out.putLong(at + FuseProtocol.ATTR_SECTORS, Sectors.fromBytes(size));
      reply.out.putInt(at + FuseProtocol.ATTR_MODE, Linux.S_IFREG | 0600);
      reply.out.putInt(at + FuseProtocol.ATTR_LINKS, 1);
    }
    reply.out.putInt(at + FuseProtocol.ATTR_BLOCK_SIZE, 4096);
  }

  private void open(FuseFile file, int thread) {
    if (found(file)) {
      file.opens.incrementAndGet();
      reply.zero(FuseProtocol.OPEN_OUT);
      boolean ours = thread != 0 && Files.exists(Path.of("/proc/self/task/" + thread));
      reply.out.putLong(FuseReply.BODY + FuseProtocol.OPEN_HANDLE, ours ? FuseFile.LOOP_HANDLE : 0);
      // no page cache of the file's own: users of the file, of the loop device and of NBD see the
      // same bytes, and a table swap leaves nothing stale
      reply.out.putInt(
          FuseReply.BODY + FuseProtocol.OPEN_FLAGS,
          FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES);
      reply.send(FuseProtocol.OPEN_OUT);
    }
  }

  private void release(FuseFile file) {
    if (file != null) {
      file.opens.decrementAndGet();
      file.whenClosed.run();
    }
    reply.send(0);
  }

  private void ioctl(FuseFile file) {
    if (!found(file)) {
      return;
    }
    long command = in.getInt(IN + FuseProtocol.IOCTL_COMMAND) & 0xffffffffL;
    int room = in.getInt(IN + FuseProtocol.IOCTL_OUT_SIZE);
    if (command == Linux.BLKGETSIZE64 && room >= Long.BYTES) {
      ioctlResult(file.size());
    } else if (command == Linux.BLKGETSIZE && room >= Long.BYTES) {
      ioctlResult(Sectors.fromBytes(file.size()));
    } else {
      reply.fail(Errno.ENOTTY);
    }
  }

  private void ioctlResult(long value) {
    reply.zero(FuseProtocol.IOCTL_OUT + Long.BYTES);
    reply.out.putLong(FuseReply.BODY + FuseProtocol.IOCTL_OUT, value);
    reply.send(FuseProtocol.IOCTL_OUT + Long.BYTES);
  }

  private void statfs(FuseFile file) {
    int block = file == null ? 4096 : file.fileSystemBlock();
    reply.zero(FuseProtocol.STATFS_OUT);
    reply.out.putInt(FuseReply.BODY + FuseProtocol.STATFS_BLOCK_SIZE, block);
    reply.out.putInt(FuseReply.BODY + FuseProtocol.STATFS_NAME_LENGTH, 255);
    reply.out.putInt(FuseReply.BODY + FuseProtocol.STATFS_FRAGMENT_SIZE, block);
    reply.send(FuseProtocol.STATFS_OUT);
  }

  private void readdir() {
    int room = Math.min(FuseReply.ROOM, Math.max(0, in.getInt(IN + FuseProtocol.READ_SIZE)));
    int length = 0;
    for (FuseFile file = session.tree.atOrAfter(in.getLong(IN + FuseProtocol.READ_OFFSET));
        file != null;
        file = session.tree.atOrAfter(FuseTree.index(file) + 1)) {
      byte[] name = file.name.getBytes(StandardCharsets.ISO_8859_1);
      int entry = FuseProtocol.DIRENT + name.length + 7 & ~7;
      if (length + entry > room) {
        break;
      }
      int at = FuseReply.BODY + length;
      reply.out.putLong(at + FuseProtocol.DIRENT_NODE, file.node);
      reply.out.putLong(at + FuseProtocol.DIRENT_NEXT, FuseTree.index(file) + 1);
      reply.out.putInt(at + FuseProtocol.DIRENT_NAME_LENGTH, name.length);
      reply.out.putInt(at + FuseProtocol.DIRENT_TYPE, FuseProtocol.DT_REG);
      reply.out.put(at + FuseProtocol.DIRENT, name);
      length += entry;
    }
    reply.send(length);
  }

  private void init() {
    int major = in.getInt(IN + FuseProtocol.INIT_MAJOR);
    int minor = in.getInt(IN + FuseProtocol.INIT_MINOR);
    if (major != FuseProtocol.MAJOR || minor < FuseProtocol.MINOR) {
      LOG.error("the kernel's FUSE is {}.{}, too old", major, minor);
      reply.fail(Errno.EPROTO);
      return;
    }
    int wanted =
        FuseProtocol.INIT_ASYNC_READ
            | FuseProtocol.INIT_BIG_WRITES
            | FuseProtocol.INIT_ASYNC_DIO
            | FuseProtocol.INIT_PARALLEL_DIROPS
            | FuseProtocol.INIT_MAX_PAGES;
    int readahead = in.getInt(IN + FuseProtocol.INIT_MAX_READAHEAD);
    int flags = wanted & in.getInt(IN + FuseProtocol.INIT_FLAGS);
    short background = (short) session.maxBackground;
    short congestion = (short) (session.maxBackground / 4 * 3);
    int at = FuseReply.BODY;
    reply.zero(FuseProtocol.INIT_OUT);
    reply.out.putInt(at + FuseProtocol.INIT_MAJOR, FuseProtocol.MAJOR);
    reply.out.putInt(at + FuseProtocol.INIT_MINOR, FuseProtocol.MINOR);
    reply.out.putInt(at + FuseProtocol.INIT_MAX_READAHEAD, readahead);
    reply.out.putInt(at + FuseProtocol.INIT_FLAGS, flags);
    reply.out.putShort(at + FuseProtocol.INIT_MAX_BACKGROUND, background);
    reply.out.putShort(at + FuseProtocol.INIT_CONGESTION_THRESHOLD, congestion);
    reply.out.putInt(at + FuseProtocol.INIT_MAX_WRITE, FuseProtocol.MAX_DATA);
    reply.out.putInt(at + FuseProtocol.INIT_TIME_GRANULARITY, 1);
    reply.out.putShort(at + FuseProtocol.INIT_PAGES, (short) FuseProtocol.MAX_PAGES);
    reply.send(FuseProtocol.INIT_OUT);
  }
}
