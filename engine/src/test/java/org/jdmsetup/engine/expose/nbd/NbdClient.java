package org.jdmsetup.engine.expose.nbd;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The client's side of NBD, message by message, for tests. */
final class NbdClient implements Closeable {

  static final int READ = 0;
  static final int WRITE = 1;
  static final int DISC = 2;
  static final int FLUSH = 3;
  static final int TRIM = 4;
  static final int WRITE_ZEROES = 6;
  static final int BLOCK_STATUS = 7;

  private final SocketChannel channel;

  /** What the server told of the export. */
  long size;

  int flags;
  int minimumBlock;
  int preferredBlock;

  NbdClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  /** Connects and chooses an export. */
  static NbdClient go(Path socket, String name) throws IOException {
    NbdClient client = new NbdClient(socket);
    client.hello(3);
    int outcome = client.info(7, name);
    if (outcome != 1) {
      client.close();
      throw new IOException(String.format("GO was answered with %#x", outcome));
    }
    return client;
  }

  void hello(int clientFlags) throws IOException {
    ByteBuffer greeting = receive(18);
    if (greeting.getLong() != 0x4e42444d41474943L || greeting.getLong() != 0x49484156454F5054L) {
      throw new IOException("not an NBD greeting");
    }
    send(ByteBuffer.allocate(4).putInt(clientFlags).flip());
  }

  void option(int option, byte[] data) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(16 + data.length);
    b.putLong(0x49484156454F5054L).putInt(option).putInt(data.length).put(data);
    send(b.flip());
  }

  /** INFO (6) or GO (7); the type of the last reply: 1 for success. */
  int info(int option, String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = ByteBuffer.allocate(8 + bytes.length);
    data.putInt(bytes.length).put(bytes).putShort((short) 1).putShort((short) 3);
    option(option, data.array());
    while (true) {
      OptionReply reply = optionReply();
      if (reply.type != 3) {
        return reply.type;
      }
      short kind = reply.data.getShort();
      if (kind == 0) {
        size = reply.data.getLong();
        flags = reply.data.getShort() & 0xffff;
      } else if (kind == 3) {
        minimumBlock = reply.data.getInt();
        preferredBlock = reply.data.getInt();
      }
    }
  }

  record OptionReply(int type, ByteBuffer data) {}

  OptionReply optionReply() throws IOException {
    ByteBuffer header = receive(20);
    if (header.getLong() != 0x3e889045565a9L) {
      throw new IOException("not an option reply");
    }
    header.getInt();
    int type = header.getInt();
    return new OptionReply(type, receive(header.getInt()));
  }

  void request(int type, int flags, long cookie, long offset, int length) throws IOException {
    request(type, flags, cookie, offset, length, new byte[0]);
  }

  void request(int type, int flags, long cookie, long offset, int length, byte[] data)
      throws IOException {
    ByteBuffer b = ByteBuffer.allocate(28 + data.length);
    b.putInt(0x25609513).putShort((short) flags).putShort((short) type);
    b.putLong(cookie).putLong(offset).putInt(length).put(data);
    send(b.flip());
  }

  record Reply(long cookie, int errno) {}

  Reply reply() throws IOException {
    ByteBuffer b = receive(16);
    if (b.getInt() != 0x67446698) {
      throw new IOException("not a reply");
    }
    int errno = b.getInt();
    return new Reply(b.getLong(), errno);
  }

  record Chunk(int flags, int type, long cookie, ByteBuffer data) {}

  /** Part of a structured reply. */
  Chunk chunk() throws IOException {
    ByteBuffer b = receive(20);
    if (b.getInt() != 0x668e33ef) {
      throw new IOException("not a chunk");
    }
    int flags = b.getShort();
    int type = b.getShort() & 0xffff;
    long cookie = b.getLong();
    return new Chunk(flags, type, cookie, receive(b.getInt()));
  }

  /** LIST_META_CONTEXT (9) or SET_META_CONTEXT (10) with one query. */
  void metaContext(int option, String name, String query) throws IOException {
    byte[] export = name.getBytes(StandardCharsets.UTF_8);
    byte[] words = query.getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = ByteBuffer.allocate(12 + export.length + words.length);
    data.putInt(export.length).put(export).putInt(1).putInt(words.length).put(words);
    option(option, data.array());
  }

  /** Sends a request without data either way and waits for its error number. */
  int ask(int type, int flags, long offset, int length) throws IOException {
    request(type, flags, 7, offset, length);
    return reply().errno;
  }

  int write(long offset, byte[] data, int flags) throws IOException {
    request(WRITE, flags, 8, offset, data.length, data);
    return reply().errno;
  }

  byte[] read(long offset, int length) throws IOException {
    request(READ, 0, 9, offset, length);
    Reply reply = reply();
    if (reply.errno != 0) {
      throw new IOException("read: errno " + reply.errno);
    }
    return receive(length).array();
  }

  void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  ByteBuffer receive(int length) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(length);
    while (b.hasRemaining()) {
      if (channel.read(b) < 0) {
        throw new EOFException("the server hung up");
      }
    }
    return b.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
