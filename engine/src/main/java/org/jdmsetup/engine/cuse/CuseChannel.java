package org.jdmsetup.engine.cuse;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jdmsetup.engine.expose.fuse.FuseProtocol;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one CUSE character device, which is there from {@link #create} on until the
 * process ends. One thread reads; any may answer.
 */
final class CuseChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CuseChannel.class);

  /** What one ioctl can carry is 32 pages; a header goes before it. */
  private static final int MAX_MESSAGE = 256 << 10;

  private final CuseTransport transport;
  private final AlignedBuffer input = new AlignedBuffer(MAX_MESSAGE);

  CuseChannel(CuseTransport transport) {
    this.transport = transport;
  }

  /**
   * Asks the kernel for the character device.
   *
   * @param name in /dev
   */
  void create(String name) throws IOException {
    ByteBuffer init = read();
    int opcode = init == null ? 0 : init.getInt(FuseProtocol.IN_OPCODE);
    if (opcode != CuseProtocol.INIT) {
      throw new IOException("expected the greeting of CUSE, found opcode " + opcode);
    }
    byte[] devname = ("DEVNAME=" + name + '\0').getBytes(StandardCharsets.UTF_8);
    if (devname.length > CuseProtocol.MAX_INFO) {
      throw new IOException("the name is too long for CUSE");
    }
    ByteBuffer body = body(CuseProtocol.INIT_OUT + devname.length);
    body.putInt(FuseProtocol.MAJOR).putInt(FuseProtocol.MINOR).putInt(0);
    body.putInt(CuseProtocol.UNRESTRICTED_IOCTL);
    body.putInt(4096).putInt(4096); // most bytes of a read and a write, of which there are none
    body.position(CuseProtocol.INIT_OUT);
    body.put(devname);
    reply(init.getLong(FuseProtocol.IN_UNIQUE), 0, body);
  }

  /** A body to fill, in the processor's byte order. */
  static ByteBuffer body(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  /** The next message, good until the next read; null when there will be no more. */
  ByteBuffer read() {
    NativeIo.C.memset(input.address(), 0, input.bytes().limit()); // it may have held a key
    while (true) {
      long length = transport.read(input.address(), input.capacity());
      if (length >= FuseProtocol.IN_HEADER) {
        return input.bytes().clear().limit((int) length);
      }
      int errno = length < 0 ? (int) -length : 0;
      if (!FuseProtocol.isNoRequest(errno)) {
        if (errno != Errno.ENODEV.number()) {
          LOG.error("reading from CUSE: {}", errno == 0 ? length + " bytes" : Errno.text(errno));
        }
        return null;
      }
    }
  }

  /**
   * Answers a request.
   *
   * @param errno 0 or a positive error number, with which nothing else is said
   * @param body all of it, whatever its position
   */
  void reply(long unique, int errno, ByteBuffer body) {
    write(unique, -errno, errno == 0 ? body : body(0));
  }

  /** Tells the kernel something that it did not ask for. */
  void tell(int what, ByteBuffer body) {
    write(0, what, body);
  }

  private void write(long unique, int error, ByteBuffer body) {
    int length = FuseProtocol.OUT_HEADER + body.capacity();
    AlignedBuffer message = new AlignedBuffer(length);
    message.bytes().putInt(length).putInt(error).putLong(unique).put(body.clear());
    long written = transport.write(message.address(), length);
    if (written != length && written != -Errno.ENOENT.number()) { // not: who asked has gone
      LOG.error("answering through CUSE: {} of {} bytes", written, length);
    }
    Reference.reachabilityFence(message);
  }

  /** Gives up; before the first request only. */
  @Override
  public void close() {
    transport.close();
  }
}
