package org.jdmsetup.engine.expose.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The files of the FUSE mount, all in its root. A node number is never used twice: it holds the
 * file's place in the table in its low bits and a serial number above, so that finding a file
 * neither allocates nor mistakes a removed one for its successor.
 *
 * <p>Changes come from the control thread one at a time; workers look up without a lock.
 */
public final class FuseTree {

  private static final int INDEX_BITS = 20;
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

  private volatile FuseFile[] files = new FuseFile[64];
  private long serial;

  /**
   * Adds a file, under another name when that one is taken (a device that was renamed keeps it).
   */
  public synchronized FuseFile add(String deviceName, org.jdmsetup.engine.block.BlockDevice device)
      throws IOException {
    String base = fileName(deviceName);
    String name = base;
    for (int i = 2; find(name) != null; i++) {
      name = base + "~" + i;
    }
    int index = 0;
    FuseFile[] old = files;
    while (index < old.length && old[index] != null) {
      index++;
    }
    if (index > INDEX_MASK) {
      throw new IOException("the FUSE mount already holds " + index + " devices");
    }
    // a new array each time makes the file visible to workers with its contents
    FuseFile[] changed = Arrays.copyOf(old, index < old.length ? old.length : old.length * 2);
    FuseFile file = new FuseFile(++serial << INDEX_BITS | index, name, device);
    changed[index] = file;
    files = changed;
    return file;
  }

  public synchronized void remove(FuseFile file) {
    FuseFile[] changed = files.clone();
    changed[(int) file.node & INDEX_MASK] = null;
    files = changed;
  }

  /** The file with a node number, or null. */
  FuseFile find(long node) {
    FuseFile[] present = files;
    int index = (int) node & INDEX_MASK;
    FuseFile file = index < present.length ? present[index] : null;
    return file != null && file.node == node ? file : null;
  }

  /** The file with a name, or null. */
  FuseFile find(String name) {
    for (FuseFile file : files) {
      if (file != null && file.name.equals(name)) {
        return file;
      }
    }
    return null;
  }

  /** The first file at or after a place in the table, or null; for listing. */
  FuseFile atOrAfter(long index) {
    FuseFile[] present = files;
    for (long i = Math.max(0, index); i < present.length; i++) {
      if (present[(int) i] != null) {
        return present[(int) i];
      }
    }
    return null;
  }

  static long index(FuseFile file) {
    return file.node & INDEX_MASK;
  }

  /** The name with every byte that is not plain ASCII written as {@code \xNN}. */
  private static String fileName(String name) {
    StringBuilder s = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '/' && !(b == '.' && s.isEmpty())) {
        s.append((char) b);
      } else {
        s.append(String.format("\\x%02x", b & 0xff));
      }
    }
    return s.isEmpty() ? "device" : s.toString();
  }
}
