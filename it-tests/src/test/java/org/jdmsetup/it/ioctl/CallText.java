package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** Control buffers in words: what differs from an empty request, and the payload. */
final class CallText {
  private static final int LONGEST = 400;

  private CallText() {}

  static String of(SequenceStep.Call call) {
    DmCommand command = DmCommand.ofNumber(call.command());
    String name = command == null ? "command " + call.command() : command.name();
    return name + header(call.request()) + payload(call.request());
  }

  /** The fields of a header. */
  static String header(byte[] bytes) {
    ByteBuffer buffer = Probe.direct(bytes);
    StringJoiner text = new StringJoiner(" ", " ", "");
    String version = buffer.getInt(0) + "." + buffer.getInt(4) + "." + buffer.getInt(8);
    text.add(version);
    text.add(
        "size="
            + buffer.getInt(12)
            + (buffer.getInt(12) == bytes.length ? "" : "/" + bytes.length));
    text.add("start=" + Integer.toUnsignedString(buffer.getInt(16)));
    field(text, "targets", buffer.getInt(20));
    field(text, "open", buffer.getInt(24));
    text.add(flags(buffer.getInt(28)));
    field(text, "event", buffer.getInt(32));
    field(text, "padding", buffer.getInt(36));
    long dev = buffer.getLong(40);
    if (dev != 0) {
      text.add("dev=" + DeviceNumber.ofEncoded(dev) + String.format("(%x)", dev));
    }
    text.add("name=" + string(bytes, 48, 128));
    text.add("uuid=" + string(bytes, 176, 129));
    return text.toString();
  }

  private static void field(StringJoiner text, String name, int value) {
    if (value != 0) {
      text.add(name + "=" + Integer.toUnsignedString(value));
    }
  }

  /** Names of flags, and what has no name in hexadecimal. */
  static String flags(int flags) {
    StringJoiner names = new StringJoiner("|", "flags=", "").setEmptyValue("flags=0");
    int rest = flags;
    for (var field : DmFlag.class.getFields()) {
      try {
        int bit = field.getInt(null);
        if ((rest & bit) != 0) {
          names.add(field.getName());
          rest &= ~bit;
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
    if (rest != 0) {
      names.add("0x" + Integer.toHexString(rest));
    }
    return names.toString();
  }

  private static String string(byte[] bytes, int at, int room) {
    int end = at;
    while (end < at + room && bytes[end] != 0) {
      end++;
    }
    String text = quoted(bytes, at, end);
    for (int i = end; i < at + room; i++) {
      if (bytes[i] != 0) {
        return text + "+junk";
      }
    }
    return end == at + room ? text + "(not terminated)" : text;
  }

  private static String payload(byte[] bytes) {
    int end = bytes.length;
    while (end > DmBuffer.MIN_SIZE && bytes[end - 1] == 0) {
      end--;
    }
    if (end <= DmBuffer.MIN_SIZE) {
      return "";
    }
    return " payload@305 "
        + quoted(bytes, DmBuffer.MIN_SIZE, Math.min(end, DmBuffer.MIN_SIZE + LONGEST));
  }

  /** Bytes as text, others than ASCII as hexadecimal between angle brackets, with runs counted. */
  static String quoted(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder("'");
    boolean open = false;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      boolean plain = b >= ' ' && b < 127 && b != '<';
      if (plain == open) {
        text.append(open ? '>' : '<');
        open = !open;
      }
      int run = i;
      while (run < to && bytes[run] == b) {
        run++;
      }
      if (plain) {
        text.append((char) b);
      } else {
        text.append(String.format("%02x", b));
        if (run - i > 4) {
          text.append('*').append(run - i).append(' ');
          i = run - 1;
        }
      }
    }
    return text.append(open ? ">'" : "'").toString();
  }

  /** A text's bytes. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
