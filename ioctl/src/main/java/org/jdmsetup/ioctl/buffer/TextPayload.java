package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;

/**
 * Payloads that are a text: the new name or UUID of DEV_RENAME and the geometry of DEV_SET_GEOMETRY
 * (a NUL-terminated string), the message of TARGET_MSG (the same after 8 bytes of sector number),
 * and a target's answer to it.
 */
public final class TextPayload {
  private static final int MESSAGE = 8;

  private TextPayload() {}

  /** Bytes that a plain text needs after the header. */
  public static long size(String text) {
    return text.length() + 1L;
  }

  /** Bytes that a message needs after the header. */
  public static long size(TargetMessage message) {
    return MESSAGE + size(message.text());
  }

  /** The new name, new UUID or geometry of a request. */
  public static String read(DmBuffer buffer) throws MalformedBufferException {
    return buffer.string(Integer.toUnsignedLong(buffer.dataStart()), "text");
  }

  /** Puts a new name, new UUID or geometry into a request. */
  public static void write(DmBuffer buffer, String text) {
    put(buffer, DmBuffer.HEADER_SIZE, text);
  }

  /** The message of a TARGET_MSG request. */
  public static TargetMessage readMessage(DmBuffer buffer) throws MalformedBufferException {
    int at = buffer.within(Integer.toUnsignedLong(buffer.dataStart()), MESSAGE + 1, "message");
    Sectors sector = new Sectors(buffer.bytes().getLong(at));
    return new TargetMessage(sector, buffer.string(at + MESSAGE, "message"));
  }

  /** Puts a message into a TARGET_MSG request. */
  public static void writeMessage(DmBuffer buffer, TargetMessage message) {
    put(buffer, DmBuffer.HEADER_SIZE + MESSAGE, message.text());
    buffer.bytes().putLong(DmBuffer.HEADER_SIZE, message.sector().count());
  }

  /** A target's answer to a message; null when it gave none. */
  public static String readAnswer(DmBuffer buffer) throws MalformedBufferException {
    return buffer.hasFlag(DmFlag.DATA_OUT) ? buffer.string(buffer.start(), "answer") : null;
  }

  /**
   * Puts a target's answer into a reply and sets DATA_OUT.
   *
   * @return false if the buffer is too small, or just large enough, which a kernel cannot tell from
   *     too small: BUFFER_FULL is set then
   */
  public static boolean writeAnswer(DmBuffer buffer, String answer) {
    buffer.setFlag(DmFlag.DATA_OUT, true);
    if (size(answer) >= buffer.beginPayload()) {
      return buffer.markFull(); // drivers cannot tell an exact fit from one that was cut
    }
    put(buffer, DmBuffer.HEADER_SIZE, answer);
    buffer.dataSize((int) (DmBuffer.HEADER_SIZE + size(answer)));
    return true;
  }

  private static void put(DmBuffer buffer, int at, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text for the kernel cannot hold a NUL");
    }
    if (at + size(text) > buffer.capacity()) {
      throw new IllegalArgumentException("text does not fit into " + buffer.capacity() + " bytes");
    }
    ByteBuffer bytes = buffer.bytes();
    bytes.put(at, ByteText.bytes(text));
    bytes.put(at + text.length(), (byte) 0);
  }
}
