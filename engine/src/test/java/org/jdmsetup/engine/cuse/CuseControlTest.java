package org.jdmsetup.engine.cuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.engine.expose.fuse.FuseProtocol;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control node from the kernel's side: messages of {@code /dev/cuse} as {@code
 * include/uapi/linux/fuse.h} lays them out.
 */
final class CuseControlTest {
  private static final int OURS = 0;
  private static final int OF_NOBODY = 65534;
  private static final long ARGUMENT = 0x7ffe_1234_5678L;

  @TempDir private Path directory;
  private final FakeKernel kernel = new FakeKernel();
  private Engine engine;
  private CuseControl control;
  private long uniques = 100;

  /** Passes messages on from one side to the other. */
  private static final class FakeKernel implements CuseTransport {
    private static final ByteBuffer END = ByteBuffer.allocate(0);
    private final BlockingQueue<ByteBuffer> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> replies = new LinkedBlockingQueue<>();

    @Override
    public long read(long address, int length) {
      try {
        ByteBuffer message = requests.take();
        if (message == END) {
          return -Errno.ENODEV.number();
        }
        pointer(address).put(0, message.array(), 0, message.capacity());
        return message.capacity();
      } catch (InterruptedException e) {
        return -Errno.EINTR.number();
      }
    }

    @Override
    public long write(long address, int length) {
      byte[] message = new byte[length];
      pointer(address).get(0, message, 0, length);
      replies.add(ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()));
      return length;
    }

    private static Pointer pointer(long address) {
      return Pointer.wrap(Runtime.getSystemRuntime(), address);
    }

    @Override
    public void close() {
      requests.add(END);
    }
  }

  /** A reply: header and body. */
  private record Reply(int error, long unique, ByteBuffer body) {}

  @BeforeEach
  void start() throws Exception {
    engine =
        new Engine(new NodelessExposure(), new Journal(directory.resolve("journal")), directory);
    request(CuseProtocol.INIT, 0, 16, body -> body.putInt(7).putInt(38));
    control = new CuseControl(kernel, "engine-control", new ControlProtocol(engine));
  }

  @AfterEach
  void end() {
    kernel.close();
    engine.close();
  }

  private long request(int opcode, int uid, int size, Consumer<ByteBuffer> body) {
    int length = FuseProtocol.IN_HEADER + size;
    ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    long unique = uniques += 2;
    message.putInt(length).putInt(opcode).putLong(unique).putLong(1);
    message.putInt(uid).putInt(0).putInt((int) ProcessHandle.current().pid()).putInt(0);
    body.accept(message);
    kernel.requests.add(message);
    return unique;
  }

  private Reply reply() throws InterruptedException {
    ByteBuffer message = kernel.replies.poll(60, TimeUnit.SECONDS);
    assertEquals(message.capacity(), message.getInt(0));
    ByteBuffer body = message.slice(16, message.capacity() - 16).order(ByteOrder.nativeOrder());
    return new Reply(message.getInt(4), message.getLong(8), body);
  }

  private long open() throws InterruptedException {
    reply(); // to the greeting
    control.start();
    request(FuseProtocol.OPEN, OURS, 8, body -> {});
    Reply opened = reply();
    assertEquals(0, opened.error());
    return opened.body().getLong(0);
  }

  private long ioctl(long handle, int command, ByteBuffer in, int outSize) {
    int size = in == null ? 0 : in.capacity();
    return request(
        FuseProtocol.IOCTL,
        OURS,
        FuseProtocol.IOCTL_IN + size,
        body -> {
          body.putLong(handle).putInt(2).putInt(command).putLong(ARGUMENT);
          body.putInt(size).putInt(outSize);
          if (in != null) {
            body.put(in.duplicate().clear());
          }
        });
  }

  private static int command(DmCommand command) {
    return 0xc138_fd00 | command.number();
  }

  private static ByteBuffer buffer(int size, String name) {
    DmBuffer buffer = DmBuffer.allocate(size);
    buffer.version(4, 0, 0);
    buffer.name(name);
    return buffer.bytes();
  }

  /** The whole of an ioctl: its result, and the buffer that comes back. */
  private Reply whole(long handle, DmCommand command, ByteBuffer in) throws InterruptedException {
    ioctl(handle, command(command), in, in.capacity());
    return reply();
  }

  @Test
  void theDeviceIsNamed() throws Exception {
    Reply greeting = reply();
    assertEquals(7, greeting.body().getInt(0));
    assertEquals(CuseProtocol.UNRESTRICTED_IOCTL, greeting.body().getInt(12));
    byte[] name = new byte[greeting.body().capacity() - CuseProtocol.INIT_OUT];
    greeting.body().get(CuseProtocol.INIT_OUT, name);
    assertEquals("DEVNAME=engine-control\0", new String(name, StandardCharsets.US_ASCII));
  }

  @Test
  void theWholeBufferIsAskedForInTwoSteps() throws Exception {
    long handle = open();
    ByteBuffer create = buffer(16384, "vol");
    long first = ioctl(handle, command(DmCommand.DEV_CREATE), null, 0);
    Reply retry = reply();
    assertEquals(first, retry.unique());
    assertEquals(List.of(0, CuseProtocol.IOCTL_RETRY, 1, 0), ints(retry.body()));
    assertEquals(ARGUMENT, retry.body().getLong(16));
    assertEquals(305, retry.body().getLong(24));

    ioctl(handle, command(DmCommand.DEV_CREATE), create.slice(0, 305), 0);
    retry = reply();
    assertEquals(List.of(0, CuseProtocol.IOCTL_RETRY, 1, 1), ints(retry.body()));
    for (int area : new int[] {16, 32}) {
      assertEquals(ARGUMENT, retry.body().getLong(area));
      assertEquals(16384, retry.body().getLong(area + 8));
    }
    assertEquals(List.of(), engine.devices().all());

    Reply done = whole(handle, DmCommand.DEV_CREATE, create);
    assertEquals(0, done.body().getInt(0));
    assertEquals(47, done.body().getInt(16 + 4)); // the version
    assertEquals("vol", engine.devices().all().get(0).name());
  }

  private static List<Integer> ints(ByteBuffer body) {
    return List.of(body.getInt(0), body.getInt(4), body.getInt(8), body.getInt(12));
  }

  @Test
  void ofARefusedRequestOnlyTheVersionComesBack() throws Exception {
    long handle = open();
    Reply done = whole(handle, DmCommand.DEV_REMOVE, buffer(312, "nosuch"));
    assertEquals(-Errno.ENXIO.number(), done.body().getInt(0));
    assertEquals(16 + 12, done.body().capacity());
    assertEquals(4, done.body().getInt(16));
  }

  @Test
  void whatIsNoRequestIsRefused() throws Exception {
    long handle = open();
    ioctl(handle, 0x5401, null, 0); // TCGETS
    assertEquals(-Errno.ENOTTY.number(), reply().body().getInt(0));
    ioctl(handle, command(DmCommand.VERSION), buffer(312, "").putInt(12, 304), 0);
    assertEquals(-Errno.EINVAL.number(), reply().body().getInt(0));
    request(15, OURS, 40, body -> body.putLong(handle)); // a read
    assertEquals(-Errno.EINVAL.number(), reply().error());
    ioctl(handle + 1, command(DmCommand.VERSION), null, 0);
    assertEquals(-Errno.EBADF.number(), reply().error());
  }

  @Test
  void othersMayNotOpenIt() throws Exception {
    open();
    request(FuseProtocol.OPEN, OF_NOBODY, 8, body -> {});
    assertEquals(-Errno.EACCES.number(), reply().error());
  }

  @Test
  void anEndingDaemonServesNobody() throws Exception {
    long handle = open();
    control.close();
    ioctl(handle, command(DmCommand.VERSION), null, 0);
    assertEquals(-Errno.ENODEV.number(), reply().error());
    request(FuseProtocol.RELEASE, OURS, 24, body -> body.putLong(handle));
    assertEquals(0, reply().error());
  }

  @Test
  void aSignalEndsAWait() throws Exception {
    long handle = open();
    whole(handle, DmCommand.DEV_CREATE, buffer(312, "vol"));
    long waiting = ioctl(handle, command(DmCommand.DEV_WAIT), buffer(16384, "vol"), 16384);
    whole(handle, DmCommand.VERSION, buffer(312, "")); // served meanwhile
    request(FuseProtocol.INTERRUPT, OURS, 8, body -> body.putLong(waiting));
    Reply interrupted = reply();
    assertEquals(waiting, interrupted.unique());
    assertEquals(-Errno.EINTR.number(), interrupted.body().getInt(0));
  }

  @Test
  void whoPollsIsToldOfTheNextEvent() throws Exception {
    long handle = open();
    assertEquals(0, poll(handle));
    ioctl(handle, command(DmCommand.DEV_CREATE), buffer(312, "vol"), 312);
    List<Reply> both = List.of(reply(), reply());
    Reply told = both.get(both.get(0).unique() == 0 ? 0 : 1);
    assertEquals(CuseProtocol.NOTIFY_POLL, told.error());
    assertEquals(77, told.body().getLong(0));
    assertTrue((poll(handle) & 1) != 0);
    whole(handle, DmCommand.DEV_ARM_POLL, buffer(312, ""));
    assertEquals(0, poll(handle));
    request(FuseProtocol.RELEASE, OURS, 24, body -> body.putLong(handle));
    assertEquals(0, reply().error());
  }

  private int poll(long handle) throws InterruptedException {
    request(
        CuseProtocol.POLL,
        OURS,
        CuseProtocol.POLL_IN,
        body -> body.putLong(handle).putLong(77).putInt(CuseProtocol.POLL_SCHEDULE_NOTIFY));
    return reply().body().getInt(0);
  }
}
