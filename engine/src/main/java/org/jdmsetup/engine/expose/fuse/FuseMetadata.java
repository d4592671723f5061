package org.jdmsetup.engine.expose.fuse;

import static org.jdmsetup.engine.expose.fuse.FuseProtocol.ATTR;
import static org.jdmsetup.engine.expose.fuse.FuseProtocol.MAX_DATA;

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
      case FuseProtocol.OPEN -> open(file, in.getInt(FuseWorker.MESSAGE + FuseProtocol.IN_THREAD));
      case FuseProtocol.RELEASE -> release(file);
      case FuseProtocol.IOCTL -> ioctl(file);
      case FuseProtocol.STATFS -> statfs(file);
      case FuseProtocol.OPENDIR -> {
        reply.zero(16);
        reply.send(16);
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
      reply.zero(40 + ATTR);
      reply.out.putLong(FuseReply.BODY, file.node);
      attributes(FuseReply.BODY + 40, file);
      reply.send(40 + ATTR);
    }
  }

  private void getattr(long node, FuseFile file) {
    if (node == FuseProtocol.ROOT || found(file)) {
      reply.zero(16 + ATTR);
      attributes(FuseReply.BODY + 16, file);
      reply.send(16 + ATTR);
    }
  }

  /**
   * The present size, and size 0 (an open with O_TRUNC), are accepted without effect; times are
   * ignored; another size, a mode or an owner is refused.
   */
  private void setattr(long node, FuseFile file) {
    int valid = in.getInt(IN);
    int modeOrOwner = 7;
    if (node != FuseProtocol.ROOT && !found(file)) {
      return;
    }
    boolean opensTruncating = (valid & FuseProtocol.FATTR_SIZE) != 0 && in.getLong(IN + 16) == 0;
    if ((valid & modeOrOwner) != 0) {
      reply.fail(Errno.EPERM);
    } else if ((valid & FuseProtocol.FATTR_SIZE) != 0
        && !opensTruncating
        && (file == null || in.getLong(IN + 16) != file.size())) {
      reply.fail(Errno.EPERM);
    } else {
      getattr(node, file);
    }
  }

  /** Attributes of a file, or of the root when it is null, into zeroed room. */
  private void attributes(int at, FuseFile file) {
    if (file == null) {
      reply.out.putLong(at, FuseProtocol.ROOT);
      reply.out.putInt(at + 60, 040700);
      reply.out.putInt(at + 64, 2);
    } else {
      long size = file.shownSize();
      reply.out.putLong(at, file.node);
      reply.out.putLong(at + 8, size);
      reply.out.putLong(at + 16, Sectors.ofBytes(size));
      reply.out.putInt(at + 60, 0100600);
      reply.out.putInt(at + 64, 1);
    }
    reply.out.putInt(at + 80, 4096);
  }

  private void open(FuseFile file, int thread) {
    if (found(file)) {
      file.opens.incrementAndGet();
      reply.zero(16);
      boolean ours = thread != 0 && Files.exists(Path.of("/proc/self/task/" + thread));
      reply.out.putLong(FuseReply.BODY, ours ? FuseFile.LOOP_HANDLE : 0);
      // no page cache of the file's own: users of the file, of the loop device and of NBD see the
      // same bytes, and a table swap leaves nothing stale
      reply.out.putInt(
          FuseReply.BODY + 8,
          FuseProtocol.FOPEN_DIRECT_IO | FuseProtocol.FOPEN_PARALLEL_DIRECT_WRITES);
      reply.send(16);
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
    long command = in.getInt(IN + 12) & 0xffffffffL;
    int room = in.getInt(IN + 28);
    if (command == Linux.BLKGETSIZE64 && room >= 8) {
      reply.zero(24);
      reply.out.putLong(FuseReply.BODY + 16, file.size());
      reply.send(24);
    } else if (command == Linux.BLKGETSIZE && room >= 8) {
      reply.zero(24);
      reply.out.putLong(FuseReply.BODY + 16, Sectors.ofBytes(file.size()));
      reply.send(24);
    } else {
      reply.fail(Errno.ENOTTY);
    }
  }

  private void statfs(FuseFile file) {
    int block = file == null ? 4096 : file.fileSystemBlock();
    reply.zero(80);
    reply.out.putInt(FuseReply.BODY + 40, block);
    reply.out.putInt(FuseReply.BODY + 44, 255);
    reply.out.putInt(FuseReply.BODY + 48, block);
    reply.send(80);
  }

  private void readdir() {
    int room = Math.min(FuseReply.ROOM, Math.max(0, in.getInt(IN + 16)));
    int length = 0;
    for (FuseFile file = session.tree.atOrAfter(in.getLong(IN + 8));
        file != null;
        file = session.tree.atOrAfter(FuseTree.index(file) + 1)) {
      byte[] name = file.name.getBytes(StandardCharsets.ISO_8859_1);
      int entry = 24 + name.length + 7 & ~7;
      if (length + entry > room) {
        break;
      }
      int at = FuseReply.BODY + length;
      reply.out.putLong(at, file.node);
      reply.out.putLong(at + 8, FuseTree.index(file) + 1);
      reply.out.putInt(at + 16, name.length);
      reply.out.putInt(at + 20, 8);
      reply.out.put(at + 24, name);
      length += entry;
    }
    reply.send(length);
  }

  private void init() {
    int major = in.getInt(IN);
    if (major != FuseProtocol.MAJOR || in.getInt(IN + 4) < FuseProtocol.MINOR) {
      LOG.error("the kernel's FUSE is {}.{}, too old", major, in.getInt(IN + 4));
      reply.fail(Errno.EPROTO);
      return;
    }
    int wanted =
        FuseProtocol.INIT_ASYNC_READ
            | FuseProtocol.INIT_BIG_WRITES
            | FuseProtocol.INIT_ASYNC_DIO
            | FuseProtocol.INIT_PARALLEL_DIROPS
            | FuseProtocol.INIT_MAX_PAGES;
    reply.zero(64);
    reply.out.putInt(FuseReply.BODY, FuseProtocol.MAJOR);
    reply.out.putInt(FuseReply.BODY + 4, FuseProtocol.MINOR);
    reply.out.putInt(FuseReply.BODY + 8, in.getInt(IN + 8));
    reply.out.putInt(FuseReply.BODY + 12, wanted & in.getInt(IN + 12));
    reply.out.putShort(FuseReply.BODY + 16, (short) session.maxBackground);
    reply.out.putShort(FuseReply.BODY + 18, (short) (session.maxBackground / 4 * 3));
    reply.out.putInt(FuseReply.BODY + 20, MAX_DATA);
    reply.out.putInt(FuseReply.BODY + 24, 1);
    reply.out.putShort(FuseReply.BODY + 28, (short) FuseProtocol.MAX_PAGES);
    reply.send(64);
  }
}
