package org.jdmsetup.engine.nativeio;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * A stream socket of the local machine, unix(7), whose calls do not wait. In contrast to Java's own
 * it has a descriptor that can be watched together with others, and takes native addresses.
 *
 * <p>{@link #close} must not be called while another thread is in a call: {@link #shutDown} ends
 * those first.
 */
public final class UnixSocket implements AutoCloseable {

  /** The length of {@code sun_path}, with the NUL that ends it. */
  private static final int PATH_SIZE = 108;

  private static final int BACKLOG = 128;

  private final int fd;
  private boolean closed;

  private UnixSocket(int fd) {
    this.fd = fd;
  }

  /**
   * Listens at a path where there is nothing yet.
   *
   * @throws IOException when that is not possible; the message says why
   */
  public static UnixSocket listen(Path path) throws IOException {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= PATH_SIZE) {
      throw new IOException("a socket's path has at most " + (PATH_SIZE - 1) + " bytes");
    }
    AlignedBuffer address = new AlignedBuffer(2 + PATH_SIZE);
    address.bytes().putShort(0, (short) Linux.AF_UNIX).put(2, bytes);
    int type = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    UnixSocket socket = new UnixSocket(require(NativeIo.C.socket(Linux.AF_UNIX, type, 0)));
    try {
      require(NativeIo.C.bind(socket.fd, address.address(), address.capacity()));
      require(NativeIo.C.listen(socket.fd, BACKLOG));
    } catch (IOException e) {
      socket.close();
      throw e;
    } finally {
      Reference.reachabilityFence(address);
    }
    return socket;
  }

  /**
   * Accepts a client of a listening socket; null when none waits.
   *
   * @throws IOException when there are too many open files, for one
   */
  public UnixSocket accept() throws IOException {
    int client = NativeIo.C.accept4(fd, 0, 0, Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
    if (client >= 0) {
      return new UnixSocket(client);
    }
    int errno = NativeIo.errno();
    if (again(errno) || errno == Errno.ECONNABORTED.number()) {
      return null;
    }
    throw new IOException(Errno.text(errno));
  }

  /** To be watched. */
  public int descriptor() {
    return fd;
  }

  /**
   * Reads what is there.
   *
   * @param address of native memory
   * @param length of it, in bytes, more than 0
   * @return how many bytes; 0: none now, -1: the other side sends no more
   */
  public int read(long address, int length) throws IOException {
    long n = NativeIo.C.read(fd, address, length);
    if (n > 0) {
      return (int) n;
    }
    return n == 0 ? -1 : orNone();
  }

  /**
   * Writes as much as the other side takes now.
   *
   * @return how many bytes; 0: none now
   */
  public int write(long address, int length) throws IOException {
    long n = NativeIo.C.write(fd, address, length);
    return n >= 0 ? (int) n : orNone();
  }

  /** Waits until there is something to read, or the other side sends no more. */
  public void awaitReadable() {
    await(Linux.POLLIN);
  }

  /** Waits until the other side takes more, or is gone. */
  public void awaitWritable() {
    await(Linux.POLLOUT);
  }

  private void await(short events) {
    AlignedBuffer pollfd = new AlignedBuffer(8);
    pollfd.bytes().putInt(0, fd).putShort(4, events);
    NativeIo.C.poll(pollfd.address(), 1, -1); // whatever ends it, the caller looks again
    Reference.reachabilityFence(pollfd);
  }

  private static int orNone() throws IOException {
    int errno = NativeIo.errno();
    if (again(errno)) {
      return 0;
    }
    throw new IOException(Errno.text(errno));
  }

  private static boolean again(int errno) {
    return errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number();
  }

  private static int require(int result) throws IOException {
    if (result < 0) {
      throw new IOException(Errno.text(NativeIo.errno()));
    }
    return result;
  }

  /** Ends the connection in both directions; calls that wait return. From any thread. */
  public synchronized void shutDown() {
    if (!closed) {
      NativeIo.C.shutdown(fd, Linux.SHUT_RDWR);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true; // from now on the number may be another file's
      NativeIo.C.close(fd);
    }
  }
}
