package org.jdmsetup.engine.expose.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel could send, without the kernel. */
@Timeout(60)
class FuseWorkerTest {

  private static final int EINVAL = 22;
  private static final int EOPNOTSUPP = 95;
  private static final int SIZE = 1 << 20;

  /** One message in, the replies out, in one thread's memory. */
  private static final class Wire implements FuseTransport {

    final AlignedBuffer message = new AlignedBuffer(2 << 20);
    final AlignedBuffer reply = new AlignedBuffer(2 << 20);
    int messageLength;
    int replies;
    int replyLength;

    @Override
    public long read(int fd, long address, int length) {
      NativeIo.C.memcpy(address, message.address(), Math.min(length, messageLength));
      return messageLength;
    }

    @Override
    public synchronized long write(int fd, long address, int length) {
      replies++;
      replyLength = length;
      NativeIo.C.memcpy(reply.address(), address, length);
      return length;
    }

    @Override
    public boolean poll(int fd, AlignedBuffer pollfd, int millis) {
      return true;
    }
  }

  private final Wire wire = new Wire();
  private final FuseSession session = new FuseSession(wire, 256);
  private MemoryDevice device;
  private FuseFile file;
  private FuseWorker worker;

  @BeforeEach
  void start() throws Exception {
    device = new MemoryDevice(SIZE, 4096);
    file = session.tree.add("vol", device);
    worker = new FuseWorker(session, 3);
  }

  private ByteBuffer message(int opcode, int length) {
    ByteBuffer b = wire.message.bytes();
    for (int i = 0; i < 128; i += 8) {
      b.putLong(i, 0);
    }
    b.putInt(0, length).putInt(4, opcode).putLong(8, 42).putLong(16, file.node);
    wire.messageLength = length;
    return b;
  }

  private int answer() {
    wire.replies = 0;
    worker.serveOne();
    assertEquals(1, wire.replies);
    ByteBuffer b = wire.reply.bytes();
    assertEquals(wire.replyLength, b.getInt(0));
    assertEquals(42, b.getLong(8));
    return -b.getInt(4);
  }

  private byte[] read(long offset, int length) {
    ByteBuffer b = message(FuseProtocol.READ, 80);
    b.putLong(48, offset).putInt(56, length);
    assertEquals(0, answer());
    byte[] data = new byte[wire.replyLength - 16];
    wire.reply.bytes().get(16, data);
    return data;
  }

  private int write(long offset, byte[] data) {
    ByteBuffer b = message(FuseProtocol.WRITE, 80 + data.length);
    b.putLong(48, offset).putInt(56, data.length).put(80, data);
    return answer();
  }

  private int zero(long offset, long length, int mode) {
    ByteBuffer b = message(FuseProtocol.FALLOCATE, 72);
    b.putLong(48, offset).putLong(56, length).putInt(64, mode);
    return answer();
  }

  @Test
  void anyRangeReadsAndWritesAsInAFile() {
    long seed = 77;
    Random random = new Random(seed);
    byte[] expected = new byte[SIZE];
    random.nextBytes(expected);
    device.put(0, expected);
    for (int i = 0; i < 2000; i++) {
      int offset = random.nextInt(SIZE);
      int length = 1 + random.nextInt(random.nextBoolean() ? 5000 : 200_000);
      if (random.nextBoolean()) {
        offset &= ~4095;
        length = length + 4095 & ~4095;
      }
      int end = Math.min(SIZE, offset + length);
      switch (random.nextInt(3)) {
        case 0 ->
            assertArrayEquals(Arrays.copyOfRange(expected, offset, end), read(offset, length));
        case 1 -> {
          byte[] data = new byte[length];
          random.nextBytes(data);
          assertEquals(0, write(offset, data));
          assertEquals(end - offset, wire.reply.bytes().getLong(16));
          System.arraycopy(data, 0, expected, offset, end - offset);
        }
        default -> {
          assertEquals(0, zero(offset, length, 3));
          Arrays.fill(expected, offset, end, (byte) 0);
        }
      }
    }
    assertArrayEquals(expected, device.bytes(0, SIZE), () -> "seed " + seed);
    assertEquals(0, device.wrongRequests());
  }

  @Test
  void partialWritesToOneBlockDoNotLoseEachOther() throws Exception {
    // each of four writers owns a quarter of the same two blocks; a fifth writes whole blocks
    // nearby
    ExecutorService later = Executors.newFixedThreadPool(4);
    device.later = later;
    for (int round = 1; round <= 200; round++) {
      wire.replies = 0;
      for (int part = 0; part < 8; part++) {
        ByteBuffer b = message(FuseProtocol.WRITE, 80 + 1024);
        b.putLong(48, part * 1024L).putInt(56, 1024);
        byte[] data = new byte[1024];
        Arrays.fill(data, (byte) (round + part));
        b.put(80, data);
        worker.serveOne();
      }
      message(FuseProtocol.WRITE, 80 + 4096).putLong(48, 8192).putInt(56, 4096);
      worker.serveOne();
      while (true) {
        synchronized (wire) {
          if (wire.replies == 9) {
            break;
          }
        }
        Thread.onSpinWait();
      }
      for (int part = 0; part < 8; part++) {
        byte[] expected = new byte[1024];
        Arrays.fill(expected, (byte) (round + part));
        assertArrayEquals(expected, device.bytes(part * 1024L, 1024));
      }
    }
    later.shutdown();
    assertTrue(later.awaitTermination(10, TimeUnit.SECONDS));
    assertEquals(0, device.wrongRequests());
  }

  @Test
  void aPunchedHoleReadsAsZeroes() {
    byte[] data = new byte[8192];
    Arrays.fill(data, (byte) 1);
    device.put(0, data);
    assertEquals(0, zero(4096, 4096, 3));
    assertArrayEquals(new byte[4096], read(4096, 4096));
    assertEquals(0, zero(100, 50, 0x11));
    assertArrayEquals(new byte[50], read(100, 50));
    assertEquals(1, read(99, 1)[0]);
    assertEquals(EOPNOTSUPP, zero(0, 4096, 0));
    device.discard = false;
    assertEquals(EOPNOTSUPP, zero(0, 4096, 3));
    assertEquals(0, zero(0, 4096, 0x11));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    message(FuseProtocol.READ, 80).putLong(48, 0).putInt(56, -1);
    assertEquals(EINVAL, answer());
    message(FuseProtocol.READ, 80).putLong(48, -4096).putInt(56, 4096);
    assertEquals(EINVAL, answer());
    message(FuseProtocol.WRITE, 100).putLong(48, 0).putInt(56, 4096);
    assertEquals(EINVAL, answer());
    message(FuseProtocol.WRITE, 60);
    assertEquals(EINVAL, answer());
    message(FuseProtocol.FALLOCATE, 72).putLong(48, 1).putLong(56, Long.MAX_VALUE).putInt(64, 3);
    assertEquals(EINVAL, answer());
    assertEquals(0, read(SIZE, 4096).length);
    assertEquals(1000, read(SIZE - 1000, 4096).length);
  }

  @Test
  void randomMessagesDoNoHarm() {
    long seed = 4711;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] junk = new byte[random.nextInt(200)];
      random.nextBytes(junk);
      ByteBuffer b = wire.message.bytes();
      b.put(0, junk);
      wire.messageLength = junk.length;
      if (random.nextInt(4) > 0) {
        b.putInt(0, junk.length).putInt(4, random.nextInt(50));
        b.putLong(16, random.nextInt(4) == 0 ? FuseProtocol.ROOT : file.node);
      }
      if (random.nextBoolean()) {
        b.putLong(48, random.nextInt(SIZE * 2)).putInt(56, random.nextInt(300)).putInt(60, 0);
        b.putInt(64, random.nextInt(32));
      }
      worker.serveOne();
    }
    assertEquals(0, device.wrongRequests(), () -> "seed " + seed);
    device.put(0, new byte[512]);
    assertArrayEquals(new byte[512], read(0, 512));
  }

  @Test
  void servingARequestAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    message(FuseProtocol.READ, 80).putLong(48, 4096).putInt(56, 4096);
    serve(30_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    serve(10_000);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
    assertEquals(0, each, "bytes for each read");

    message(FuseProtocol.WRITE, 80 + 4096).putLong(48, 4096).putInt(56, 4096);
    serve(30_000);
    before = threads.getCurrentThreadAllocatedBytes();
    serve(10_000);
    each = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
    assertEquals(0, each, "bytes for each write");
  }

  private void serve(int times) {
    for (int i = 0; i < times; i++) {
      worker.serveOne();
    }
  }
}
