package org.jdmsetup.it.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jdmsetup.tables.Sectors;

/**
 * Sectors whose content says where it is from: from a disk as it was at first ({@code A@17}) or
 * from a write of the script ({@code w3@17}), and the sector that was meant. So a difference shows
 * what was read instead.
 */
final class Stamp {
  private static final int WORDS = Sectors.SIZE / 8;
  private static final int WRITES = 1000;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** More bytes than this that differ, and it is another content altogether. */
  private static final int FEW = 4;

  private Stamp() {}

  static int ofDisk(char letter) {
    return letter;
  }

  static int ofWrite(int tag) {
    return WRITES + tag;
  }

  /** Fills sectors as the given origin writes them. */
  static void write(ByteBuffer bytes, int at, int origin, long sector, int sectors) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < sectors; i++) {
      long head = ((long) origin << 32) | (sector + i);
      int from = at + i * Sectors.SIZE;
      bytes.putLong(from, head);
      for (int word = 1; word < WORDS; word++) {
        bytes.putLong(from + word * 8, mixed(head, word));
      }
    }
  }

  private static long mixed(long head, int word) {
    long z = head * GOLDEN + word;
    z = (z ^ (z >>> 29)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 32);
  }

  /** Sectors in words: runs of what was recognized, checksums of the rest. */
  static final class Reading {
    private final StringBuilder text = new StringBuilder();
    private String label;
    private long from;
    private long to;
    private int times;

    void add(ByteBuffer bytes, int at, int sectors) {
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < sectors; i++) {
        addSector(bytes, at + i * Sectors.SIZE);
      }
    }

    /** Sectors that could not be read. */
    void addFailed(String errno, int sectors) {
      for (int i = 0; i < sectors; i++) {
        add(errno, -1);
      }
    }

    private void addSector(ByteBuffer bytes, int at) {
      long head = bytes.getLong(at);
      int origin = (int) (head >>> 32);
      boolean zero = head == 0;
      int different = 0;
      for (int word = 1; word < WORDS && different <= FEW; word++) {
        long found = bytes.getLong(at + word * 8);
        long expected = zero ? 0 : mixed(head, word);
        if (found != expected) {
          different += bytesOf(found ^ expected);
        }
      }
      boolean known = zero || origin > 0 && origin < 1 << 20;
      if (!known || different > FEW) {
        add("?" + checksum(bytes, at), -1);
      } else if (different > 0) {
        add(name(origin) + "@" + (head & 0xffffffffL) + "!" + checksum(bytes, at), -1);
      } else if (zero) {
        add("0", -1);
      } else {
        add(name(origin), head & 0xffffffffL);
      }
    }

    private static int bytesOf(long difference) {
      int count = 0;
      for (int shift = 0; shift < 64; shift += 8) {
        if ((difference >>> shift & 0xff) != 0) {
          count++;
        }
      }
      return count;
    }

    private static String name(int origin) {
      if (origin >= WRITES) {
        return "w" + (origin - WRITES);
      }
      return origin == 0 ? "0" : Character.toString(origin);
    }

    private static String checksum(ByteBuffer bytes, int at) {
      CRC32 crc = new CRC32();
      crc.update(bytes.duplicate().position(at).limit(at + Sectors.SIZE));
      return Long.toHexString(crc.getValue());
    }

    private void add(String next, long sector) {
      boolean goesOn = next.equals(label) && (sector < 0 ? to < 0 : sector == to + 1);
      if (goesOn) {
        to = sector;
        times++;
        return;
      }
      end();
      label = next;
      from = sector;
      to = sector;
      times = 1;
    }

    private void end() {
      if (label == null) {
        return;
      }
      text.append(text.length() > 0 ? " " : "").append(label);
      if (from < 0) {
        text.append(times > 1 ? "*" + times : "");
      } else {
        text.append('@').append(from).append(to > from ? "-" + to : "");
      }
      label = null;
    }

    @Override
    public String toString() {
      end();
      return text.toString();
    }
  }
}
