package org.jdmsetup.ioctl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.ByteText;

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
      putSpec(bytes, at, target, next);
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
   * which {@link org.jdmsetup.tables.Words} and {@link org.jdmsetup.tables.TargetParams} know.
   */
  public static List<TargetSpec> readLoad(DmBuffer buffer) throws MalformedBufferException {
    return read(buffer, true);
  }

  /** The rules of a reply. */
  public static List<TargetSpec> readStatus(DmBuffer buffer) throws MalformedBufferException {
    return read(buffer, false);
  }

  private static List<TargetSpec> read(DmBuffer buffer, boolean load)
      throws MalformedBufferException {
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
              bytes.getLong(spec + START),
              bytes.getLong(spec + LENGTH),
              bytes.getInt(spec + STATUS),
              type(buffer, spec),
              params));
      if (i + 1 == count) {
        break;
      }
      long distance = Integer.toUnsignedLong(bytes.getInt(spec + NEXT));
      long next = load ? spec + distance : first + distance;
      if (next < spec + SPEC_SIZE + params.length() + 1) {
        throw new MalformedBufferException(
            "next " + distance + " of target " + i + " points back into it");
      }
      at = next;
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
   * @return false if the buffer is too small: BUFFER_FULL is set then, and there is no payload
   */
  public static boolean writeStatus(DmBuffer buffer, Iterable<TargetSpec> targets) {
    ByteBuffer bytes = buffer.bytes();
    int at = DmBuffer.HEADER_SIZE;
    int count = 0;
    for (TargetSpec target : targets) {
      byte[] params = checked(target.params());
      long next = ((long) at + SPEC_SIZE + params.length + 1 + 7) & ~7L;
      if (next > buffer.capacity()) {
        return buffer.full();
      }
      putSpec(bytes, at, target, (int) next - DmBuffer.HEADER_SIZE);
      bytes.put(at + SPEC_SIZE, params);
      for (int i = at + SPEC_SIZE + params.length; i < next; i++) {
        bytes.put(i, (byte) 0);
      }
      at = (int) next;
      count++;
    }
    buffer.targetCount(count);
    if (count > 0) {
      buffer.dataStart(DmBuffer.HEADER_SIZE);
      buffer.dataSize(at);
    }
    return true;
  }

  private static void putSpec(ByteBuffer bytes, int at, TargetSpec target, int next) {
    byte[] type = checked(target.type());
    if (type.length > TYPE_LIMIT) {
      throw new IllegalArgumentException(
          "target type of " + type.length + " bytes, at most " + TYPE_LIMIT + " are possible");
    }
    bytes.putLong(at + START, target.start());
    bytes.putLong(at + LENGTH, target.length());
    bytes.putInt(at + STATUS, target.status());
    bytes.putInt(at + NEXT, next);
    bytes.putLong(at + TYPE, 0).putLong(at + TYPE + 8, 0);
    bytes.put(at + TYPE, type);
  }

  private static byte[] checked(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text for the kernel cannot hold a NUL");
    }
    return ByteText.bytes(text);
  }
}
