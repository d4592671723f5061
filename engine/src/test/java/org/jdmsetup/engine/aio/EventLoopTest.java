package org.jdmsetup.engine.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks and descriptors; operations on files have tests of their own. */
@Timeout(60)
class EventLoopTest {

  private final EventLoops loops = TestLoops.start();
  private final EventLoop loop = loops.next();
  private final AlignedBuffer one = new AlignedBuffer(8);

  @AfterEach
  void close() {
    loops.close();
  }

  private static LoopTask task(Runnable runnable) {
    return new LoopTask() {
      @Override
      protected void run() {
        runnable.run();
      }
    };
  }

  private void runAndWait(Runnable runnable) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        task(
            () -> {
              runnable.run();
              done.countDown();
            }));
    done.await();
  }

  private int eventfd() {
    return NativeIo.C.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK);
  }

  private void signal(int fd) {
    one.bytes().putLong(0, 1);
    NativeIo.C.write(fd, one.address(), 8);
  }

  private EventLoop.Watch watch(int fd, int flags, EventLoop.Readiness readiness) {
    try {
      return loop.watch(fd, flags, readiness);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tasksRunInTheirOrderOnTheLoopsThread() throws Exception {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      loop.execute(
          task(
              () -> {
                assertSame(loop, EventLoop.current());
                order.add(number);
              }));
    }
    runAndWait(() -> {});
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, order.get(i));
    }
    assertNull(EventLoop.current());
  }

  @Test
  void aLoopThatSleepsIsWokenEachTime() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    for (int i = 0; i < 2000; i++) {
      runAndWait(runs::incrementAndGet);
    }
    assertEquals(2000, runs.get());
  }

  @Test
  void whatIsThrownEndsNothing() throws Exception {
    int fd = eventfd();
    loop.execute(
        task(
            () -> {
              throw new IllegalStateException("of the test");
            }));
    CountDownLatch twice = new CountDownLatch(2);
    EventLoop.Watch watch =
        loop.watch(
            fd,
            Linux.EPOLLIN,
            flags -> {
              NativeIo.C.read(fd, one.address(), 8);
              twice.countDown();
              throw new IllegalStateException("of the test");
            });
    signal(fd);
    while (twice.getCount() == 2) {
      Thread.onSpinWait();
    }
    signal(fd);
    twice.await();
    runAndWait(watch::close);
    NativeIo.C.close(fd);
  }

  @Test
  void onlyWhatIsWatchedForIsTold() throws Exception {
    int fd = eventfd();
    BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
    EventLoop.Watch[] watch = new EventLoop.Watch[1];
    runAndWait(
        () ->
            watch[0] =
                watch(
                    fd,
                    Linux.EPOLLOUT,
                    flags -> {
                      told.add(flags);
                      watch[0].change(Linux.EPOLLIN);
                    }));
    assertEquals(Linux.EPOLLOUT, told.take());
    runAndWait(() -> {});
    assertEquals(List.of(), List.copyOf(told));
    signal(fd);
    assertEquals(Linux.EPOLLIN, told.take());
    runAndWait(watch[0]::close);
    told.clear();
    signal(fd);
    runAndWait(() -> {});
    assertEquals(List.of(), List.copyOf(told));
    NativeIo.C.close(fd);
  }

  @Test
  void aPlaceThatIsFreeAgainBelongsToTheNextDescriptor() throws Exception {
    for (int i = 0; i < 200; i++) {
      int fd = eventfd();
      CountDownLatch told = new CountDownLatch(1);
      EventLoop.Watch watch = loop.watch(fd, Linux.EPOLLOUT, flags -> told.countDown());
      told.await();
      runAndWait(watch::close);
      NativeIo.C.close(fd);
    }
  }

  @Test
  void aDescriptorThatCannotBeWatchedIsRefused() {
    IOException e = assertThrows(IOException.class, () -> loop.watch(-1, Linux.EPOLLIN, f -> {}));
    assertTrue(e.getMessage().endsWith("Bad file descriptor"), e.getMessage());
  }

  @Test
  void tasksBeforeTheWaitComeAfterAllThatIsReady() throws Exception {
    List<String> order = new ArrayList<>();
    runAndWait(
        () -> {
          loop.executeBeforeWait(
              task(
                  () -> {
                    order.add("before the wait");
                    loop.executeBeforeWait(task(() -> order.add("before the next one")));
                  }));
          loop.execute(task(() -> order.add("task")));
          order.add("now");
        });
    while (true) {
      runAndWait(() -> {});
      if (order.size() == 4) {
        break;
      }
    }
    assertEquals("now", order.get(0));
    assertEquals("before the wait", order.get(1));
    assertTrue(order.containsAll(List.of("task", "before the next one")));
  }

  @Test
  void aWayThatIsNotKnownIsRefused() {
    Map<String, String> environment = Map.of(EventLoops.VARIABLE, "uring");
    IOException e = assertThrows(IOException.class, () -> new EventLoops(1, environment));
    assertEquals("JDMSETUP_IO=uring: expected io_uring or threads", e.getMessage());
  }
}
