package org.jdmsetup.engine.expose.openers;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether anybody has opened or closed one of the watched nodes, mounted something or changed the
 * swap areas (inotify(7); poll(2) on {@code mountinfo} and {@code swaps}). A file is closed when
 * its last descriptor is, so that forks and duplicates cause no event. If something cannot be
 * watched, {@link #anySinceLastCall} always returns true.
 */
final class NodeEvents implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);

  private static final int HEADER = 16;
  private static final int POLLFD = 8;

  /** A busy machine could go on for ever; what is left tells next time that something happened. */
  private static final int MAX_READS = 16;

  private final int inotify = NativeIo.C.inotify_init1(Linux.O_NONBLOCK | Linux.O_CLOEXEC);
  private final int[] polled = {open("/proc/self/mountinfo"), open("/proc/swaps")};
  private final AlignedBuffer pollfds = new AlignedBuffer(POLLFD * polled.length);
  private final AlignedBuffer buffer = new AlignedBuffer(1 << 16);
  private final Set<Integer> watches = new HashSet<>();
  private boolean blind = inotify < 0;
  private boolean isNew;

  NodeEvents() {
    for (int i = 0; i < polled.length; i++) {
      blind |= polled[i] < 0;
      pollfds.bytes().putInt(POLLFD * i, polled[i]).putShort(POLLFD * i + 4, (short) 0);
    }
  }

  private static int open(String path) {
    return NativeIo.C.open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
  }

  /**
   * Watches a node, or the nodes of a directory, from now on, if it is there.
   *
   * @param path in byte text
   */
  void watch(String path) {
    byte[] terminated = ByteText.bytes(path + '\0');
    int watch = NativeIo.C.inotify_add_watch(inotify, terminated, Linux.IN_OPEN | Linux.IN_CLOSE);
    if (watch >= 0) {
      isNew |= watches.add(watch);
    } else if (NativeIo.errno() != Errno.ENOENT.number() && !blind) {
      LOG.info("{} cannot be watched: {}", ByteText.unicode(path), Errno.text(NativeIo.errno()));
      blind = true;
    }
  }

  /** Whether something has happened since this was asked last, or may have. */
  boolean anySinceLastCall() {
    boolean happened = isNew | polled();
    isNew = false;
    for (int reads = 0; reads < MAX_READS; reads++) {
      long length = NativeIo.C.read(inotify, buffer.address(), buffer.bytes().capacity());
      if (length <= 0) {
        break;
      }
      happened |= anyIn(buffer.bytes().limit((int) length));
    }
    buffer.bytes().clear();
    return happened || blind;
  }

  private boolean anyIn(ByteBuffer events) {
    boolean happened = false;
    for (int at = 0; at < events.limit(); at += HEADER + events.getInt(at + 12)) {
      int mask = events.getInt(at + 4);
      if ((mask & Linux.IN_IGNORED) != 0) {
        watches.remove(events.getInt(at)); // its node has gone
      } else if ((mask & Linux.IN_ISDIR) == 0) {
        happened = true;
      }
    }
    return happened;
  }

  private boolean polled() {
    boolean happened = false;
    if (NativeIo.C.poll(pollfds.address(), polled.length, 0) > 0) {
      for (int i = 0; i < polled.length; i++) {
        happened |= (pollfds.bytes().getShort(POLLFD * i + 6) & Linux.POLLERR) != 0;
      }
    }
    return happened;
  }

  @Override
  public void close() {
    for (int fd : new int[] {inotify, polled[0], polled[1]}) {
      if (fd >= 0) {
        NativeIo.C.close(fd);
      }
    }
  }
}
