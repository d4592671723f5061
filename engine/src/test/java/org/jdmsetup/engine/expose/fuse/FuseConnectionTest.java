package org.jdmsetup.engine.expose.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that the kernel passes while the usual workers wait. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseConnectionTest {

  private static final int BLOCK = 4096;
  private static final int IDLE_MILLIS = 300;

  @TempDir Path directory;

  private final ExecutorService programs = Executors.newCachedThreadPool();
  private final MemoryDevice device = new MemoryDevice(1 << 20);
  private final EventLoops loops = TestLoops.start();
  private FuseConnection fuse;
  private int usual;

  @BeforeEach
  void mount() throws IOException {
    BlockNodes.needed();
    fuse = new FuseConnection(directory, loops, IDLE_MILLIS);
    usual = fuse.workers.size();
    device.put(0, block(7));
  }

  @AfterEach
  void unmount() {
    programs.shutdown();
    if (fuse != null) {
      fuse.close();
    }
    loops.close();
  }

  private static byte[] block(int value) {
    byte[] block = new byte[BLOCK];
    Arrays.fill(block, (byte) value);
    return block;
  }

  private FileChannel open(String name, MemoryDevice device) throws IOException {
    return FileChannel.open(fuse.path(fuse.session.tree.add(name, device)));
  }

  private static byte[] read(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
    file.read(buffer, 0);
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  @Test
  void aDeviceMayLieOnAFileOfTheSameMount() throws Exception {
    MemoryDevice upper = new MemoryDevice(1 << 20);
    try (FileChannel lowerFile = open("lower", device);
        FileChannel upperFile = open("upper", upper)) {
      upper.before =
          () -> {
            try {
              upper.put(0, read(lowerFile));
            } catch (IOException e) {
              upper.errno = 5;
            }
          };
      List<Future<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(programs.submit(() -> read(upperFile)));
      }
      for (Future<byte[]> answer : answers) {
        assertArrayEquals(block(7), answer.get());
      }
    }
  }

  @Test
  void aRequestOutlivesTheWorkerThatReadIt() throws Exception {
    Stall stall = new Stall();
    MemoryDevice slow = new MemoryDevice(1 << 20);
    slow.before = stall;
    try (FileChannel slowFile = open("slow", slow);
        FileChannel heldFile = open("held", device)) {
      List<Future<byte[]>> slowAnswers = new ArrayList<>();
      for (int i = 0; i < usual; i++) {
        slowAnswers.add(programs.submit(() -> read(slowFile)));
      }
      await(() -> stall.threads.get() == usual);
      device.hold();
      List<Future<byte[]>> heldAnswers = new ArrayList<>();
      for (int i = 0; i < usual; i++) {
        heldAnswers.add(programs.submit(() -> read(heldFile)));
      }
      await(() -> device.held() == usual);
      assertEquals(2 * usual, fuse.workers.size());

      stall.end();
      for (Future<byte[]> answer : slowAnswers) {
        assertArrayEquals(new byte[BLOCK], answer.get());
      }
      await(() -> fuse.workers.size() == usual);
      device.release();
      for (Future<byte[]> answer : heldAnswers) {
        assertArrayEquals(block(7), answer.get());
      }
    }
  }

  @Test
  void theEndOfTheMountEndsAllWorkers() throws Exception {
    Stall stall = new Stall();
    MemoryDevice slow = new MemoryDevice(1 << 20);
    slow.before = stall;
    FileChannel slowFile = open("slow", slow);
    for (int i = 0; i < 3 * usual; i++) {
      programs.submit(() -> read(slowFile));
    }
    await(() -> fuse.workers.size() == 4 * usual && stall.threads.get() == 3 * usual);
    stall.end();
    fuse.close();
    assertEquals(0, fuse.workers.size());
    assertEquals(0, fuse.workers.descriptors());
    assertThrows(IOException.class, slowFile::close, "the mount has gone");
    fuse = null;
  }
}
