package org.jdmsetup.engine.cuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.fuse.FuseProtocol;
import org.jdmsetup.engine.nativeio.OwnProcess;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * The control node: reads what the kernel passes on, one thread a request, as each may wait for
 * something. Only the user whose daemon this is and root are served.
 */
public final class CuseControl implements AutoCloseable {
  private final ControlProtocol protocol;
  private final CuseChannel channel;
  private final Map<Long, CuseOpen> opens = new ConcurrentHashMap<>();
  private final Map<Long, CuseIoctl> ioctls = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();
  private volatile boolean ending;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("cuse"));

  /**
   * Makes the node. It is served after {@link #start}.
   *
   * @param name in /dev, where the kernel makes nodes there
   * @throws IOException if the kernel has no CUSE
   */
  public CuseControl(String name, ControlProtocol protocol) throws IOException {
    this(CuseTransport.kernel(), name, protocol);
  }

  CuseControl(CuseTransport transport, String name, ControlProtocol protocol) throws IOException {
    this.protocol = protocol;
    channel = new CuseChannel(transport);
    try {
      channel.create(name);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Begins to serve, on threads of its own. */
  public void start() {
    DaemonThreads.of(this::serve, "cuse").start();
  }

  private void serve() {
    for (ByteBuffer message = channel.read(); message != null; message = channel.read()) {
      long unique = message.getLong(FuseProtocol.IN_UNIQUE);
      try {
        serve(message);
      } catch (Throwable thrown) {
        fault(unique, thrown);
      }
    }
  }

  /**
   * Answers EIO to a message whose handling has thrown. If it was answered already, the kernel
   * ignores this answer.
   */
  private void fault(long unique, Throwable thrown) {
    Faults.log("a message of CUSE", thrown);
    ioctls.remove(unique);
    try {
      channel.reply(unique, Errno.EIO.number(), null);
    } catch (Throwable again) {
      Faults.log("an answer to CUSE", again);
    }
  }

  private void serve(ByteBuffer message) {
    long unique = message.getLong(FuseProtocol.IN_UNIQUE);
    int opcode = message.getInt(FuseProtocol.IN_OPCODE);
    if (ending && opcode != FuseProtocol.RELEASE && opcode != FuseProtocol.INTERRUPT) {
      channel.reply(unique, Errno.ENODEV.number(), null);
      return;
    }
    switch (opcode) {
      case FuseProtocol.OPEN -> open(unique, message.getInt(FuseProtocol.IN_UID));
      case FuseProtocol.IOCTL -> ioctl(unique, message);
      case CuseProtocol.POLL -> poll(unique, message);
      case FuseProtocol.INTERRUPT -> {
        CuseIoctl interrupted = ioctls.get(message.getLong(FuseProtocol.IN_HEADER));
        if (interrupted != null) {
          interrupted.interrupt();
        }
      }
      case FuseProtocol.RELEASE -> {
        CuseOpen open = opens.remove(message.getLong(FuseProtocol.IN_HEADER));
        if (open != null) {
          open.release();
        }
        channel.reply(unique, 0, CuseChannel.body(0));
      }
      // As the kernel's control node, which can be neither read nor written.
      default -> channel.reply(unique, Errno.EINVAL.number(), null);
    }
  }

  private void open(long unique, int uid) {
    if (uid != 0 && uid != OwnProcess.uid()) {
      channel.reply(unique, Errno.EACCES.number(), null);
      return;
    }
    CuseOpen open = new CuseOpen();
    protocol.clientConnected(open);
    long handle = handles.incrementAndGet();
    opens.put(handle, open);
    ByteBuffer body = CuseChannel.body(FuseProtocol.OPEN_OUT);
    body.putLong(handle).putInt(CuseProtocol.FOPEN_NONSEEKABLE);
    channel.reply(unique, 0, body);
  }

  private void ioctl(long unique, ByteBuffer message) {
    CuseOpen open = opens.get(message.getLong(FuseProtocol.IN_HEADER));
    if (open == null) {
      channel.reply(unique, Errno.EBADF.number(), null);
      return;
    }
    CuseIoctl ioctl = new CuseIoctl(open, message);
    ioctls.put(unique, ioctl);
    threads.execute(
        () -> {
          try {
            ByteBuffer body = ioctl.answer(protocol);
            ioctls.remove(unique);
            channel.reply(unique, 0, body);
          } catch (Throwable thrown) {
            fault(unique, thrown);
          }
        });
  }

  private void poll(long unique, ByteBuffer message) {
    CuseOpen open = opens.get(message.getLong(FuseProtocol.IN_HEADER));
    if (open == null) {
      channel.reply(unique, Errno.EBADF.number(), null);
      return;
    }
    boolean happened = protocol.hasNewEvents(open);
    ByteBuffer body = CuseChannel.body(CuseProtocol.POLL_OUT);
    body.putInt(0, happened ? Linux.POLLIN | Linux.POLLRDNORM : 0);
    boolean waits =
        (message.getInt(FuseProtocol.IN_HEADER + CuseProtocol.POLL_FLAGS)
                & CuseProtocol.POLL_SCHEDULE_NOTIFY)
            != 0;
    if (!happened && waits && open.watch()) {
      long kernelHandle = message.getLong(FuseProtocol.IN_HEADER + CuseProtocol.POLL_KERNEL_HANDLE);
      threads.execute(() -> notify(open, kernelHandle));
    }
    channel.reply(unique, 0, body);
  }

  /** Waits until something happens, and tells who polls. */
  private void notify(CuseOpen open, long kernelHandle) {
    int errno = protocol.poll(open).errno();
    open.unwatch();
    if (errno == 0) {
      channel.tell(CuseProtocol.NOTIFY_POLL, CuseChannel.body(8).putLong(kernelHandle));
    }
  }

  /**
   * Serves nobody any more. The descriptor stays open, and the node with it, until the process
   * ends: requests that still wait will be answered through it, so its number must not be reused.
   */
  @Override
  public void close() {
    ending = true;
  }
}
