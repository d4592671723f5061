package org.jdmsetup.ioctl.driver;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The framing of the control protocol over the engine's socket, for both of its ends; {@code
 * docs/architecture.md} describes the messages. Numbers are little-endian; a string is its length
 * in bytes (u32) and its bytes. Strings here are {@link ByteText}; a string with chars above 255 is
 * sent as UTF-8.
 *
 * <p>The channels are blocking. Every read method throws {@link EOFException} when the other end
 * goes in the middle of a message, and {@link IOException} when what came is no such message; the
 * connection is of no use afterwards.
 */
public final class EngineWire {
  /** First word of both greetings: {@code JDM1}. */
  public static final int MAGIC = 0x314D444A;

  /**
   * Stands in place of a request's number and asks for what poll(2) on the kernel's control node
   * does: the answer comes when something has happened to any device since the last DM_DEV_ARM_POLL
   * of the connection, or since its greeting. The buffer is a header that is not looked at.
   */
  public static final int POLL = 0x4C4C4F50;

  /** The version of the device-mapper interface that the engine speaks: that of Linux 6.1. */
  public static final int INTERFACE_MAJOR = 4;

  public static final int INTERFACE_MINOR = 47;
  public static final int INTERFACE_PATCH = 0;

  /** A flag of {@link ClientHello}. */
  private static final int KEEP = 1;

  /** A flag of {@link DaemonHello}. */
  private static final int BLOCK_NODES = 1;

  private static final int MAX_STRING = 1 << 20;

  /** Bytes of memory that a request gets at first; they double as its bytes come. */
  private static final int FIRST_PIECE = 1 << 16;

  private EngineWire() {}

  /** Puts the version of the device-mapper interface that the engine speaks into a buffer. */
  public static void putInterfaceVersion(DmBuffer buffer) {
    buffer.version(INTERFACE_MAJOR, INTERFACE_MINOR, INTERFACE_PATCH);
  }

  /** The reason, for people, why a request fails that asks for a device which does not exist. */
  public static String noSuchDevice(DmBuffer request) {
    String key;
    if (!request.uuid().isEmpty()) {
      key = "uuid " + ByteText.unicode(request.uuid());
    } else if (!request.name().isEmpty()) {
      key = "name " + ByteText.unicode(request.name());
    } else {
      key = "number " + DeviceNumber.ofEncoded(request.dev());
    }
    return "there is no device with " + key;
  }

  /**
   * What a client says first.
   *
   * @param keep the daemon shall stay when its last device goes
   * @param directory where relative paths in tables start
   * @param nodeDirectory where device nodes are, {@code /dev/mapper} as a rule
   */
  public record ClientHello(boolean keep, String directory, String nodeDirectory) {}

  /**
   * What the daemon answers.
   *
   * @param major of its devices
   * @param blockNodes whether there are block devices behind its device numbers
   * @param description one line that says which driver this is
   * @param notice one line that a user should see once, or empty
   */
  public record DaemonHello(int major, boolean blockNodes, String description, String notice) {}

  /**
   * One request as the daemon receives it.
   *
   * @param command its number, not checked
   * @param bytes a direct little-endian buffer with exactly the bytes that came
   */
  public record Request(int command, ByteBuffer bytes) {}

  /** How a request ended: 0 or an error number, and the reason in plain words. */
  public record Answer(int errno, String reason) {}

  public static void writeHello(WritableByteChannel to, ClientHello hello) throws IOException {
    byte[] directory = encoded(hello.directory());
    byte[] nodes = encoded(hello.nodeDirectory());
    ByteBuffer out = buffer(4 * Integer.BYTES + directory.length + nodes.length);
    out.putInt(MAGIC).putInt(hello.keep() ? KEEP : 0);
    putString(out, directory);
    putString(out, nodes);
    writeAll(to, out.flip());
  }

  public static ClientHello readClientHello(ReadableByteChannel from) throws IOException {
    ByteBuffer head = readExactly(from, 2 * Integer.BYTES);
    checkMagic(head.getInt());
    int flags = head.getInt();
    return new ClientHello((flags & KEEP) != 0, readString(from), readString(from));
  }

  public static void writeHello(WritableByteChannel to, DaemonHello hello) throws IOException {
    byte[] description = encoded(hello.description());
    byte[] notice = encoded(hello.notice());
    ByteBuffer out = buffer(5 * Integer.BYTES + description.length + notice.length);
    out.putInt(MAGIC).putInt(hello.major()).putInt(hello.blockNodes() ? BLOCK_NODES : 0);
    putString(out, description);
    putString(out, notice);
    writeAll(to, out.flip());
  }

  public static DaemonHello readDaemonHello(ReadableByteChannel from) throws IOException {
    ByteBuffer head = readExactly(from, 3 * Integer.BYTES);
    checkMagic(head.getInt());
    int major = head.getInt();
    int flags = head.getInt();
    return new DaemonHello(major, (flags & BLOCK_NODES) != 0, readString(from), readString(from));
  }

  /** Sends a request: {@code data_size} bytes from index 0 of the buffer. */
  public static void writeRequest(WritableByteChannel to, int command, DmBuffer buffer)
      throws IOException {
    int size = buffer.dataSize();
    writeAll(to, buffer(2 * Integer.BYTES).putInt(command).putInt(size).flip());
    writeAll(to, buffer.bytes().duplicate().position(0).limit(size));
  }

  private static ByteBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The next request, or null when the client has gone between requests. */
  public static Request readRequest(ReadableByteChannel from) throws IOException {
    ByteBuffer head = buffer(2 * Integer.BYTES);
    if (from.read(head) < 0) {
      return null;
    }
    readFully(from, head);
    head.flip();
    int command = head.getInt();
    long size = Integer.toUnsignedLong(head.getInt());
    if (size < DmBuffer.MIN_SIZE || size > DmBuffer.MAX_SIZE) {
      throw new IOException("request of " + size + " bytes");
    }
    ByteBuffer bytes = memory(Math.min((int) size, FIRST_PIECE));
    readFully(from, bytes);
    while (bytes.capacity() < size) {
      // memory only for what has come: a client may announce much and send little
      ByteBuffer more = memory((int) Math.min(size, 2L * bytes.capacity()));
      readFully(from, more.put(bytes.flip()));
      bytes = more;
    }
    return new Request(command, bytes.clear());
  }

  /**
   * Answers a request.
   *
   * @param size how many bytes of the buffer, from index 0, go back into the client's
   */
  public static void writeAnswer(
      WritableByteChannel to, int errno, DmBuffer buffer, int size, String reason)
      throws IOException {
    writeAll(to, buffer(2 * Integer.BYTES).putInt(errno).putInt(size).flip());
    writeAll(to, buffer.bytes().duplicate().position(0).limit(size));
    byte[] text = encoded(reason);
    ByteBuffer tail = buffer(Integer.BYTES + text.length);
    putString(tail, text);
    writeAll(to, tail.flip());
  }

  /** Reads an answer into index 0 of the buffer that held the request; the rest of it stays. */
  public static Answer readAnswer(ReadableByteChannel from, ByteBuffer into) throws IOException {
    ByteBuffer head = readExactly(from, 2 * Integer.BYTES);
    int errno = head.getInt();
    long size = Integer.toUnsignedLong(head.getInt());
    if (size > into.capacity()) {
      throw new IOException(
          "answer of " + size + " bytes to a request that has room for " + into.capacity());
    }
    readFully(from, into.duplicate().position(0).limit((int) size));
    return new Answer(errno, readString(from));
  }

  private static void checkMagic(int magic) throws IOException {
    if (magic != MAGIC) {
      throw new IOException(
          String.format(
              "greeting 0x%08x, expected 0x%08x: another program or version?", magic, MAGIC));
    }
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] encoded(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 255) {
        return text.getBytes(StandardCharsets.UTF_8);
      }
    }
    return ByteText.bytes(text);
  }

  private static void putString(ByteBuffer out, byte[] text) {
    out.putInt(text.length).put(text);
  }

  private static String readString(ReadableByteChannel from) throws IOException {
    long length = Integer.toUnsignedLong(readExactly(from, Integer.BYTES).getInt());
    if (length > MAX_STRING) {
      throw new IOException("string of " + length + " bytes");
    }
    return ByteText.of(readExactly(from, (int) length).array());
  }

  private static ByteBuffer readExactly(ReadableByteChannel from, int size) throws IOException {
    ByteBuffer bytes = buffer(size);
    readFully(from, bytes);
    return bytes.flip();
  }

  private static void readFully(ReadableByteChannel from, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (from.read(into) < 0) {
        throw new EOFException("the other end closed the connection");
      }
    }
  }

  private static void writeAll(WritableByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
