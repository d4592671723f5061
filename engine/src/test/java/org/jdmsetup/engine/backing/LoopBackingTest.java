package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jdmsetup.engine.aio.EventLoop;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.LoopTask;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a file that come on the threads of event loops, each way. */
@Timeout(120)
final class LoopBackingTest {
  private static final int SECTORS = 2048;

  /** Below the project: the directory for temporary files often lies in memory. */
  @TempDir(factory = BuildDirectory.class)
  Path directory;

  private EventLoops loops;
  private Backing file;

  @AfterEach
  void close() {
    if (file != null) {
      file.release();
    }
    if (loops != null) {
      loops.close();
    }
  }

  private void start(String way) throws Exception {
    try (EventLoops any = new EventLoops(1, Map.of())) {
      assumeTrue(!way.equals("io_uring") || any.ringRefusal() == null, any.ringRefusal());
    }
    loops = new EventLoops(2, Map.of(EventLoops.VARIABLE, way));
    Files.write(path(), new byte[SECTORS * 512]);
    Backings backings = new Backings(new NoEngineDevices());
    file = backings.open(DeviceRef.parse(path().toString()), true, "/");
    assertFalse(((OpenedBacking) file).io.isInMemory(), path() + " must lie on a disk");
  }

  private Path path() {
    return directory.toAbsolutePath().resolve("file");
  }

  /** A request that is submitted by a loop. */
  private final class Io extends LoopTask {
    private final EventLoop loop;
    private final BlockingQueue<Io> done;
    private final Request request = new Request(this::completed);
    private volatile Outcome outcome;

    Io(EventLoop loop, BlockingQueue<Io> done) {
      this.loop = loop;
      this.done = done;
    }

    private void completed(Request completed) {
      outcome = completed.outcome();
      done.add(this);
    }

    @Override
    protected void run() {
      request.submitTo(file);
      if (!request.detach()) {
        completed(request);
      }
    }

    Request prepare(Request.Op op, long sector, long sectors, long address) {
      return request.start(op, sector, sectors, address);
    }

    void submit() {
      loop.execute(this);
    }
  }

  private Outcome run(Request.Op op, long sector, long sectors, long address) throws Exception {
    BlockingQueue<Io> done = new LinkedBlockingQueue<>();
    Io io = new Io(loops.next(), done);
    io.prepare(op, sector, sectors, address);
    io.submit();
    return done.take().outcome;
  }

  /** Many at once, aligned and not, none in another's way; and the file is as a model of it. */
  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void whatIsDoneAtOnceIsDoneRight(String way) throws Exception {
    start(way);
    long seed = 20261201;
    Random random = new Random(seed);
    int slots = 64;
    int span = SECTORS / slots;
    byte[] model = new byte[SECTORS * 512];
    AlignedBuffer memory = new AlignedBuffer(slots * (span * 512 + 8));
    BlockingQueue<Io> done = new LinkedBlockingQueue<>();
    Io[] ios = new Io[slots];
    for (int round = 0; round < 40; round++) {
      byte[][] expected = new byte[slots][];
      for (int slot = 0; slot < slots; slot++) {
        ios[slot] = ios[slot] == null ? new Io(loops.next(), done) : ios[slot];
        int from = slot * span + random.nextInt(span);
        int count = 1 + random.nextInt((slot + 1) * span - from);
        int at = slot * (span * 512 + 8) + (random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 0);
        long address = memory.address() + at;
        int kind = random.nextInt(10);
        if (kind < 4) {
          byte[] data = new byte[count * 512];
          random.nextBytes(data);
          memory.bytes().put(at, data);
          System.arraycopy(data, 0, model, from * 512, data.length);
          ios[slot].prepare(Request.Op.WRITE, from, count, address).fua(random.nextInt(4) == 0);
        } else if (kind < 7) {
          expected[slot] = Arrays.copyOfRange(model, from * 512, (from + count) * 512);
          ios[slot].prepare(Request.Op.READ, from, count, address);
        } else if (kind < 8) {
          ios[slot].prepare(Request.Op.FLUSH, 0, 0, 0);
        } else {
          Arrays.fill(model, from * 512, (from + count) * 512, (byte) 0);
          Request.Op op = kind == 8 ? Request.Op.DISCARD : Request.Op.WRITE_ZEROES;
          ios[slot].prepare(op, from, count, 0).mayUnmap(random.nextBoolean());
        }
        ios[slot].submit();
      }
      for (int i = 0; i < slots; i++) {
        assertEquals(Outcome.DONE, done.take().outcome, () -> "seed " + seed);
      }
      for (int slot = 0; slot < slots; slot++) {
        if (expected[slot] != null) {
          byte[] found = new byte[expected[slot].length];
          int at = (int) (ios[slot].request.address() - memory.address());
          memory.bytes().get(at, found);
          assertArrayEquals(expected[slot], found, "seed " + seed + ", round " + round);
        }
      }
    }
    assertArrayEquals(model, Files.readAllBytes(path()), () -> "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void whatDoesNotLieOnTheFileFails(String way) throws Exception {
    start(way);
    AlignedBuffer memory = new AlignedBuffer(8192);
    assertEquals(Outcome.EIO, run(Request.Op.READ, SECTORS - 1, 2, memory.address()));
    assertEquals(Outcome.EIO, run(Request.Op.WRITE, SECTORS, 1, memory.address()));
    assertEquals(Outcome.EIO, run(Request.Op.READ, Long.MAX_VALUE, 1, memory.address()));
    assertEquals(SECTORS * 512, Files.size(path()));
    try (SeekableByteChannel shorter = Files.newByteChannel(path(), StandardOpenOption.WRITE)) {
      shorter.truncate(4096 + 512);
    }
    assertEquals(Outcome.EIO, run(Request.Op.READ, 8, 8, memory.address()), "it has shrunk");
    assertEquals(Outcome.DONE, run(Request.Op.READ, 0, 8, memory.address()));
  }

  /** What others have in the page cache and what goes past it is one view. */
  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void whatIsInThePageCacheIsWhatIsRead(String way) throws Exception {
    start(way);
    AlignedBuffer memory = new AlignedBuffer(4096);
    for (int round = 1; round < 100; round++) {
      byte[] theirs = new byte[4096];
      Arrays.fill(theirs, (byte) round);
      try (SeekableByteChannel other = Files.newByteChannel(path(), StandardOpenOption.WRITE)) {
        other.write(ByteBuffer.wrap(theirs));
      }
      assertEquals(Outcome.DONE, run(Request.Op.READ, 0, 8, memory.address()));
      assertEquals(round, memory.bytes().get(round), "what another program has written");
      memory.bytes().put(round, (byte) -round);
      assertEquals(Outcome.DONE, run(Request.Op.WRITE, 0, 8, memory.address()));
      assertEquals(-round, Files.readAllBytes(path())[round], "what another program reads");
      memory.bytes().put(round, (byte) 0);
      assertEquals(Outcome.DONE, run(Request.Op.READ, 0, 8, memory.address()));
      assertEquals(-round, memory.bytes().get(round), "what was brought into the cache meanwhile");
    }
  }

  /** Those that come while a flush is under way share the next one. */
  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void flushesOfOneTimeAreOne(String way) throws Exception {
    start(way);
    int count = 500;
    BlockingQueue<Io> done = new LinkedBlockingQueue<>();
    EventLoop loop = loops.next();
    CountDownLatch submitted = new CountDownLatch(1);
    loop.execute(
        new LoopTask() {
          @Override
          protected void run() {
            for (int i = 0; i < count; i++) {
              Io io = new Io(loop, done);
              io.prepare(Request.Op.FLUSH, 0, 0, 0);
              io.run();
            }
            submitted.countDown();
          }
        });
    submitted.await();
    for (int i = 0; i < count; i++) {
      assertEquals(Outcome.DONE, done.take().outcome);
    }
    assertEquals(2, ((OpenedBacking) file).flushes.count(), "the first, and one for the others");
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "threads"})
  void aFailureIsTold(String way) throws Exception {
    start(way);
    file.release();
    file = new Backings(new NoEngineDevices()).open(DeviceRef.parse(path().toString()), false, "/");
    AlignedBuffer memory = new AlignedBuffer(4096);
    assertEquals(
        Outcome.failed(Errno.EBADF),
        run(Request.Op.WRITE, 0, 8, memory.address()),
        "it is open for reading only");
    assertEquals(Outcome.DONE, run(Request.Op.READ, 0, 8, memory.address()));
  }

  /** Where Maven builds. */
  private static final class BuildDirectory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "loop-backing");
    }
  }
}
