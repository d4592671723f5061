package org.jdmsetup.engine.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.IoUring;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel answers under stress: it takes nothing, or less than it was given. */
@Timeout(60)
class RingIoTest {

  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EBUSY = 16;
  private static final int COUNT = 500;

  @TempDir Path directory;

  @BeforeEach
  void needsIoUring() throws IOException {
    try (EventLoops any = new EventLoops(1, Map.of())) {
      assumeTrue(any.ringRefusal() == null, any.ringRefusal());
    }
  }

  /** Writes many blocks through a small ring whose kernel behaves in some way. */
  private void writeThrough(IoUring.Enter enter) throws Exception {
    int fd =
        NativeIo.C.open(directory.resolve("file").toString(), Linux.O_RDWR | Linux.O_CREAT, 0600);
    AlignedBuffer data = new AlignedBuffer(512);
    AtomicInteger good = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(COUNT);
    class Write extends FileOperation {
      @Override
      protected void completed(int result) {
        if (result == 512) {
          good.incrementAndGet();
        }
        done.countDown();
      }
    }
    EventLoop loop = new EventLoop("test", new RingIo(new IoUring(8, 16, enter)));
    loop.execute(
        new LoopTask() {
          @Override
          protected void run() {
            for (int i = 0; i < COUNT; i++) {
              Write write = new Write();
              write.transfer(true, fd, data.address(), 512, i * 512L);
              loop.start(write);
            }
          }
        });
    done.await();
    loop.close();
    NativeIo.C.close(fd);
    assertEquals(COUNT, good.get());
  }

  @Test
  void whatIsNotTakenIsHandedOverAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    writeThrough(
        (descriptor, queued) ->
            switch (calls.incrementAndGet() % 4) {
              case 0 -> -EAGAIN;
              case 1 -> -EBUSY;
              case 2 -> -EINTR;
              default -> IoUring.KERNEL.enter(descriptor, queued);
            });
    assertTrue(calls.get() > 10);
  }

  @Test
  void aPartMayBeTaken() throws Exception {
    writeThrough((descriptor, queued) -> IoUring.KERNEL.enter(descriptor, 1));
  }

  @Test
  void nothingMayBeTaken() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    writeThrough(
        (descriptor, queued) ->
            calls.incrementAndGet() % 2 == 0 ? 0 : IoUring.KERNEL.enter(descriptor, queued));
  }
}
