package org.jdmsetup.engine;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** As much of an NBD client as it takes to write a few bytes durably and to read them. */
final class Nbd implements AutoCloseable {
  private static final int WRITE = 1;
  private static final int FLUSH = 3;

  private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
  private final DataInputStream in;
  private final DataOutputStream out;

  private Nbd(Path socket, String export) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(Channels.newInputStream(channel));
    out = new DataOutputStream(Channels.newOutputStream(channel));
    in.skipNBytes(18);
    out.writeInt(3); // fixed newstyle, no zeroes
    byte[] name = export.getBytes(StandardCharsets.UTF_8);
    out.write("IHAVEOPT".getBytes(StandardCharsets.US_ASCII));
    out.writeInt(1);
    out.writeInt(name.length);
    out.write(name);
    in.skipNBytes(10);
  }

  private void request(int command, long offset, int length, byte[] data) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(28 + data.length);
    request.putInt(0x25609513).putShort((short) 0).putShort((short) command);
    request.putLong(7).putLong(offset).putInt(length).put(data);
    out.write(request.array());
    in.readInt();
    int errno = in.readInt();
    in.readLong();
    if (errno != 0) {
      throw new IOException("NBD command " + command + ": errno " + errno);
    }
  }

  /** Writes and flushes, in sectors around the bytes. */
  static void write(Path socket, String export, long offset, byte[] data) throws IOException {
    try (Nbd client = new Nbd(socket, export)) {
      byte[] sector = Arrays.copyOf(data, 512);
      client.request(WRITE, offset, sector.length, sector);
      client.request(FLUSH, 0, 0, new byte[0]);
    }
  }

  static byte[] read(Path socket, String export, long offset, int length) throws IOException {
    try (Nbd client = new Nbd(socket, export)) {
      client.request(0, offset, 512, new byte[0]);
      return Arrays.copyOf(client.in.readNBytes(512), length);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
