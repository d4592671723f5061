package org.jdmsetup.engine.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on files, each way. */
@Timeout(120)
class FileOperationTest {

  private static final int EBADF = 9;
  private static final int BLOCK = 4096;

  @TempDir Path directory;

  private EventLoops loops;
  private EventLoop loop;
  private int fd = -1;

  @AfterEach
  void close() {
    NativeIo.C.close(fd);
    if (loops != null) {
      loops.close();
    }
  }

  private void start(String way) throws IOException {
    loops = start(1, way);
    loop = loops.next();
    fd = NativeIo.C.open(directory.resolve("file").toString(), Linux.O_RDWR | Linux.O_CREAT, 0600);
  }

  /** Loops with a way; leaves the test out where the kernel has no io_uring. */
  static EventLoops start(int count, String way) throws IOException {
    try (EventLoops any = new EventLoops(1, Map.of())) {
      assumeTrue(!way.equals("io_uring") || any.ringRefusal() == null, any.ringRefusal());
    }
    EventLoops started = new EventLoops(count, Map.of(EventLoops.VARIABLE, way));
    assertEquals(way, started.way());
    return started;
  }

  /** An operation whose result can be waited for. */
  private final class Operation extends FileOperation {
    final BlockingQueue<Integer> results = new LinkedBlockingQueue<>();

    @Override
    protected void completed(int result) {
      assertEquals(loop, EventLoop.current());
      results.add(result);
    }

    int startAndWait() throws InterruptedException {
      loop.execute(
          new LoopTask() {
            @Override
            protected void run() {
              loop.start(Operation.this);
            }
          });
      return results.take();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void whatIsWrittenIsReadBack(String way) throws Exception {
    start(way);
    AlignedBuffer data = new AlignedBuffer(BLOCK);
    data.bytes().putLong(0, 0x1234_5678_9abc_def0L);
    Operation operation = new Operation();
    operation.transfer(true, fd, data.address(), BLOCK, 3 * BLOCK);
    assertEquals(BLOCK, operation.startAndWait());
    operation.sync(fd);
    assertEquals(0, operation.startAndWait());
    data.bytes().putLong(0, 0);
    operation.transfer(false, fd, data.address(), BLOCK, 3 * BLOCK);
    assertEquals(BLOCK, operation.startAndWait());
    assertEquals(0x1234_5678_9abc_def0L, data.bytes().getLong(0));
    assertEquals(4 * BLOCK, Files.size(directory.resolve("file")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void resultsAreThoseOfTheSystemCalls(String way) throws Exception {
    start(way);
    NativeIo.C.ftruncate(fd, BLOCK + 100);
    AlignedBuffer data = new AlignedBuffer(BLOCK);
    Operation operation = new Operation();
    operation.transfer(false, fd, data.address(), BLOCK, BLOCK);
    assertEquals(100, operation.startAndWait(), "as much as there is");
    operation.transfer(false, fd, data.address(), BLOCK, 2 * BLOCK);
    assertEquals(0, operation.startAndWait(), "beyond the end");
    operation.transfer(true, -1, data.address(), BLOCK, 0);
    assertEquals(-EBADF, operation.startAndWait());
    operation.sync(-1);
    assertEquals(-EBADF, operation.startAndWait());
  }

  /** Far more than the ring has places, and each goes on as soon as it has ended. */
  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void anyNumberMayBeUnderWay(String way) throws Exception {
    start(way);
    int count = 10_000;
    int rounds = 3;
    NativeIo.C.ftruncate(fd, (long) count * 512);
    AlignedBuffer data = new AlignedBuffer(count * 512);
    AtomicInteger left = new AtomicInteger(count);
    BlockingQueue<String> end = new LinkedBlockingQueue<>();
    class Chain extends FileOperation {
      final int number;
      int round;

      Chain(int number) {
        this.number = number;
      }

      void next() {
        transfer(round % 2 == 0, fd, data.address() + number * 512L, 512, number * 512L);
        loop.start(this);
      }

      @Override
      protected void completed(int result) {
        if (result != 512) {
          end.add("result " + result);
        } else if (++round < rounds) {
          next();
        } else if (left.decrementAndGet() == 0) {
          end.add("all");
        }
      }
    }
    for (int i = 0; i < count; i++) {
      data.bytes().putInt(i * 512, i);
    }
    loop.execute(
        new LoopTask() {
          @Override
          protected void run() {
            for (int i = 0; i < count; i++) {
              new Chain(i).next();
            }
          }
        });
    assertEquals("all", end.take());
    AlignedBuffer read = new AlignedBuffer(count * 512);
    assertEquals(count * 512L, NativeIo.C.pread(fd, read.address(), count * 512L, 0));
    for (int i = 0; i < count; i++) {
      assertEquals(i, read.bytes().getInt(i * 512));
    }
  }
}
