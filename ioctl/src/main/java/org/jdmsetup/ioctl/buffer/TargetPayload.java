package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;

/**
 * The rules of a table as TABLE_LOAD sends them and as TABLE_STATUS and DEV_WAIT return them: specs
 * of 40 bytes, each followed by its NUL-terminated parameters, padded to 8 bytes.
 *
 * <p>The two directions differ. In a load, {@code next} is the distance from a spec to the
 * following one, and every backslash of the parameters is doubled, because the kernel takes one
 * level away when it splits them into words. In a reply, {@code next} is the distance from the
 * <em>first</em> spec to the following one, and the parameters are plain.
 */
public final class TargetPayload {
  /** Bytes of a spec without its parameters. */
  public static final int SPEC_SIZE = 40;

  /** Longest target type in bytes. */
  public static final int TYPE_LIMIT = 15;

  private static final int START = 0;
  private static final int LENGTH = 8;
  private static final int STATUS = 16;
  private static final int NEXT = 20;
  private static final int TYPE = 24;

  private TargetPayload() {}

  /** Bytes that {@link #writeLoad} needs after the header; may exceed what a buffer can have. */
  public static long loadSize(List<TargetSpec> targets) {
    long size = 0;
    for (TargetSpec target : targets) {
      size += loadSize(target.params());
    }
    return size;
  }

  private static long loadSize(String params) {
    long length = SPEC_SIZE + (long) params.length() + 1;
    for (int i = 0; i < params.length(); i++) {
      if (params.charAt(i) == '\\') {
        length++;
      }
    }
    return (length + 7) & ~7L;
  }

  /**
   * Puts rules into a TABLE_LOAD request and sets {@code target_count}.
   *
   * @throws IllegalArgumentException when the buffer is too small, a type too long, or a text holds
   *     a NUL
   */
  public static void writeLoad(DmBuffer buffer, List<TargetSpec> targets) {
    ByteBuffer bytes = buffer.bytes();
    if (DmBuffer.HEADER_SIZE + loadSize(targets) > buffer.capacity()) {
      throw new IllegalArgumentException("rules do not fit into " + buffer.capacity() + " bytes");
    }
    int at = DmBuffer.HEADER_SIZE;
    for (TargetSpec target : targets) {
      int next = (int) loadSize(target.params());
      putSpec(bytes, at, target);
      bytes.putInt(at + NEXT, next);
      bytes.put(at + TYPE + TYPE_LIMIT, (byte) 0);
      int to = at + SPEC_SIZE;
      byte[] params = checked(target.params());
      for (byte b : params) {
        if (b == '\\') {
          bytes.put(to++, b);
        }
        bytes.put(to++, b);
      }
      while (to < at + next) {
        bytes.put(to++, (byte) 0);
      }
      at += next;
    }
    buffer.targetCount(targets.size());
  }

  /**
   * The rules of a TABLE_LOAD request, with the parameters as they stand there: backslashes escape,
   * which {@link org.jdmsetup.tables.text.Words} and {@link
   * org.jdmsetup.tables.parameters.TargetParams} know.
   */
  public static List<TargetSpec> readLoad(DmBuffer buffer) throws MalformedBufferException {
    List<TargetSpec> targets = new ArrayList<>();
    readLoad(buffer, targets);
    return targets;
  }

  /**
   * Reads the rules of a TABLE_LOAD request as drivers do: one after the other, wherever in the
   * buffer after the first 40 bytes they are.
   *
   * @param into gets the rules, also those before one that makes no sense
   * @throws MalformedBufferException for the first rule that leaves the buffer or the order
   */
  public static void readLoad(DmBuffer buffer, List<TargetSpec> into)
      throws MalformedBufferException {
    ByteBuffer bytes = buffer.bytes();
    int end = buffer.end();
    long at = Integer.toUnsignedLong(buffer.dataStart());
    long least = SPEC_SIZE;
    long count = Integer.toUnsignedLong(buffer.targetCount());
    for (long i = 0; i < count; i++) {
      if (at < least || at + SPEC_SIZE >= end) {
        throw new MalformedBufferException(
            "unable to find target "
                + i
                + ": at offset "
                + at
                + ", expected from "
                + least
                + " to "
                + (end - SPEC_SIZE - 1));
      }
      int spec = (int) at;
      String params = terminated(buffer, spec + SPEC_SIZE, end, "parameters of target " + i);
      into.add(
          new TargetSpec(
              new Sectors(bytes.getLong(spec + START)),
              new Sectors(bytes.getLong(spec + LENGTH)),
              bytes.getInt(spec + STATUS),
              terminated(buffer, spec + TYPE, end, "type of target " + i),
              params));
      least = at + SPEC_SIZE;
      at += Integer.toUnsignedLong(bytes.getInt(spec + NEXT));
    }
  }

  private static String terminated(DmBuffer buffer, int from, int end, String what)
      throws MalformedBufferException {
    int to = from;
    while (to < end && buffer.bytes().get(to) != 0) {
      to++;
    }
    if (to == end) {
      throw new MalformedBufferException(
          what + " at offset " + from + " has no NUL before the data end at " + end);
    }
    return buffer.text(from, to - from);
  }

  /** The rules of a reply. */
  public static List<TargetSpec> readStatus(DmBuffer buffer) throws MalformedBufferException {
    int count = buffer.targetCount();
    int first = buffer.start();
    int room = buffer.end() - first;
    if (count < 0 || count > room / (SPEC_SIZE + 1)) {
      throw new MalformedBufferException(
          "target count "
              + Integer.toUnsignedString(count)
              + " does not fit into "
              + room
              + " bytes of data");
    }
    ByteBuffer bytes = buffer.bytes();
    List<TargetSpec> targets = new ArrayList<>(count);
    long at = first;
    for (int i = 0; i < count; i++) {
      int spec = buffer.within(at, SPEC_SIZE + 1, "spec of target " + i);
      String params = buffer.string(spec + SPEC_SIZE, "parameters of target " + i);
      targets.add(
          new TargetSpec(
              new Sectors(bytes.getLong(spec + START)),
              new Sectors(bytes.getLong(spec + LENGTH)),
              bytes.getInt(spec + STATUS),
              type(buffer, spec),
              params));
      if (i + 1 == count) {
        break;
      }
      long distance = Integer.toUnsignedLong(bytes.getInt(spec + NEXT));
      at = first + distance;
      if (at < spec + SPEC_SIZE + params.length() + 1) {
        throw new MalformedBufferException(
            "next " + distance + " of target " + i + " points back into it");
      }
    }
    return targets;
  }

  private static String type(DmBuffer buffer, int spec) throws MalformedBufferException {
    ByteBuffer bytes = buffer.bytes();
    int length = 0;
    while (length <= TYPE_LIMIT && bytes.get(spec + TYPE + length) != 0) {
      length++;
    }
    if (length > TYPE_LIMIT) {
      throw new MalformedBufferException(
          "target type at offset " + (spec + TYPE) + " is not terminated");
    }
    return buffer.text(spec + TYPE, length);
  }

  /**
   * Puts rules into a reply and sets {@code target_count} and {@code data_size}.
   *
   * @param targets taken one by one, so that a large table need not exist as a list
   * @return false if the buffer is too small: BUFFER_FULL is set then, and the rules that fitted
   *     are there; {@code target_count} counts all
   */
  public static boolean writeStatus(DmBuffer buffer, Iterable<TargetSpec> targets) {
    ByteBuffer bytes = buffer.bytes();
    int end = DmBuffer.HEADER_SIZE + buffer.beginPayload();
    int at = DmBuffer.HEADER_SIZE;
    int count = 0;
    boolean fits = true;
    for (TargetSpec target : targets) {
      count++;
      if (!fits) {
        continue;
      }
      byte[] params = checked(target.params());
      int used = at + SPEC_SIZE + params.length + 1;
      if (used >= end) {
        fits = buffer.markFull(); // drivers cannot tell an exact fit from one that was cut
        continue;
      }
      putSpec(bytes, at, target);
      bytes.put(at + SPEC_SIZE, params);
      bytes.put(used - 1, (byte) 0);
      buffer.dataSize(used);
      int next = DmBuffer.align8(used);
      if (next > end) {
        fits = buffer.markFull();
        continue;
      }
      bytes.putInt(at + NEXT, next - DmBuffer.HEADER_SIZE);
      at = next;
    }
    buffer.targetCount(count);
    return fits;
  }

  private static void putSpec(ByteBuffer bytes, int at, TargetSpec target) {
    byte[] type = checked(target.type());
    if (type.length > TYPE_LIMIT) {
      throw new IllegalArgumentException(
          "target type of " + type.length + " bytes, at most " + TYPE_LIMIT + " are possible");
    }
    bytes.putLong(at + START, target.start().count());
    bytes.putLong(at + LENGTH, target.length().count());
    bytes.putInt(at + STATUS, target.status());
    bytes.put(at + TYPE, Arrays.copyOf(type, TYPE_LIMIT));
  }

  private static byte[] checked(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text for the kernel cannot hold a NUL");
    }
    return ByteText.bytes(text);
  }
}
