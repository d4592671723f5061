package org.jdmsetup.engine.expose.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests are read and answered however many others wait, without the kernel. */
@Timeout(60)
class FuseWorkersTest {

  private static final int USUAL = 2;
  private static final int BACKGROUND = 14;
  private static final int IDLE_MILLIS = 300;
  private static final int ENODEV = 19;

  /** READs that any worker may have, and which of them were answered. */
  private static final class Queue implements FuseTransport {

    final BlockingQueue<ByteBuffer> messages = new LinkedBlockingQueue<>();
    final Map<Long, Integer> answers = new ConcurrentHashMap<>();
    volatile boolean ended;

    @Override
    public long read(int fd, long address, int length) {
      ByteBuffer message = null;
      try {
        message = messages.poll(10, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (message == null) {
        return ended ? -ENODEV : 0;
      }
      AlignedBuffer bytes = new AlignedBuffer(message.capacity());
      bytes.bytes().put(0, message, 0, message.capacity());
      NativeIo.C.memcpy(address, bytes.address(), bytes.capacity());
      return bytes.capacity();
    }

    @Override
    public long write(int fd, long address, int length) {
      AlignedBuffer bytes = new AlignedBuffer(16);
      NativeIo.C.memcpy(bytes.address(), address, 16);
      answers.put(bytes.bytes().getLong(8), -bytes.bytes().getInt(4));
      return length;
    }

    @Override
    public boolean poll(int fd, AlignedBuffer pollfd, int millis) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (messages.isEmpty() && !ended && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      return !messages.isEmpty() || ended;
    }
  }

  private final Queue queue = new Queue();
  private final FuseSession session = new FuseSession(queue, BACKGROUND);
  private final AtomicInteger failures = new AtomicInteger();
  private final EventLoops loops = TestLoops.start();
  private final FuseWorkers workers =
      new FuseWorkers(session, loops.all(), this::open, IDLE_MILLIS);
  private final MemoryDevice slow = new MemoryDevice(1 << 16);
  private final Stall stall = new Stall();
  private FuseFile slowFile;
  private FuseFile quickFile;
  private long unique;

  /** In turn there are too many files and too little memory, as often as a test wants. */
  private int open() throws IOException {
    int left = failures.get();
    if (left > 0) {
      failures.set(left - 1);
      if (left % 2 == 0) {
        throw new IOException("too many open files");
      }
      throw new OutOfMemoryError("as it is when the system has no more threads");
    }
    return descriptor();
  }

  /** A descriptor that is always readable; what is read comes from the queue. */
  private static int descriptor() {
    return NativeIo.C.eventfd(1, Linux.EFD_CLOEXEC);
  }

  @BeforeEach
  void start() throws IOException {
    slow.before = stall;
    slowFile = session.tree.add("slow", slow);
    quickFile = session.tree.add("quick", new MemoryDevice(1 << 16));
    workers.start(descriptor());
    assertEquals(USUAL, workers.size());
  }

  @AfterEach
  void close() {
    stall.end();
    queue.ended = true;
    workers.close();
    assertEquals(0, workers.size());
    assertEquals(0, session.buffers.inUse());
    loops.close();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  /** Asks for a block of a file; the number that the answer will have. */
  private long ask(FuseFile file) {
    ByteBuffer b = ByteBuffer.allocate(80).order(ByteOrder.nativeOrder());
    b.putInt(0, 80).putInt(4, FuseProtocol.READ).putLong(8, ++unique).putLong(16, file.node);
    b.putInt(56, 4096);
    queue.messages.add(b);
    return unique;
  }

  private void answered(long number) throws InterruptedException {
    await(() -> queue.answers.containsKey(number));
    assertEquals(0, queue.answers.get(number));
  }

  @Test
  void whileAllWaitThereAreMoreAndTheyGoAgain() throws Exception {
    for (int i = 0; i < 7; i++) {
      ask(slowFile);
    }
    answered(ask(quickFile));
    assertEquals(7, stall.threads.get());
    assertEquals(8, workers.size());

    stall.end();
    for (int i = 1; i <= 7; i++) {
      answered(i);
    }
    await(() -> workers.size() == USUAL);
    answered(ask(quickFile));
    assertEquals(8, workers.descriptors(), "what was read from a descriptor may be answered later");
  }

  @Test
  void whoComesNextTakesTheDescriptorsThatAreLeft() throws Exception {
    for (int round = 0; round < 2; round++) {
      Stall again = new Stall();
      slow.before = again;
      long first = ask(slowFile);
      ask(slowFile);
      answered(ask(quickFile));
      again.end();
      answered(first);
      await(() -> workers.size() == USUAL);
    }
    assertEquals(2 * USUAL, workers.descriptors());
  }

  @Test
  void thereIsAtMostOneForEachRequestThatTheKernelPasses() throws Exception {
    for (int i = 0; i < 40; i++) {
      ask(slowFile);
    }
    await(() -> stall.threads.get() == USUAL + BACKGROUND);
    assertEquals(USUAL + BACKGROUND, workers.size());
    stall.end();
    for (int i = 1; i <= 40; i++) {
      answered(i);
    }
    assertEquals(USUAL + BACKGROUND, workers.descriptors());
  }

  @Test
  void extraWorkersGoAlsoWhileTheUsualOnesHaveSomethingToDo() throws Exception {
    for (int i = 0; i < 7; i++) {
      ask(slowFile);
    }
    answered(ask(quickFile));
    stall.end();
    while (workers.size() > USUAL) {
      answered(ask(quickFile));
    }
  }

  @Test
  void whatCannotBeStartedIsTriedAgain() throws Exception {
    failures.set(2);
    ask(slowFile);
    ask(slowFile);
    answered(ask(quickFile));
    assertEquals(0, failures.get());
  }

  @Test
  void busyWorkersThatGetOnAreEnough() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      ask(quickFile);
    }
    answered(unique);
    assertEquals(USUAL, workers.size());
    assertEquals(USUAL, workers.descriptors());
  }

  @Test
  void anInterruptDoesNotEndTheWatch() throws Exception {
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("fuse-watch"))
        .forEach(Thread::interrupt);
    for (int i = 0; i < USUAL; i++) {
      ask(slowFile);
    }
    answered(ask(quickFile));
  }
}
