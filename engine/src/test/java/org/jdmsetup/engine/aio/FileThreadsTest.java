package org.jdmsetup.engine.aio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.expose.fuse.FuseConnection;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads that all wait for what can only be done by another one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileThreadsTest {

  @TempDir Path directory;

  private final BlockingQueue<Integer> results = new LinkedBlockingQueue<>();

  private final class Read extends FileOperation {
    @Override
    protected void completed(int result) {
      results.add(result);
    }
  }

  private static int open(Path path, int flags) {
    return NativeIo.C.open(path.toString(), flags, 0600);
  }

  @Test
  void whileAllWaitThereAreMore() throws Exception {
    BlockNodes.needed();
    MemoryDevice held = new MemoryDevice(1 << 20);
    int waiting = FileThreads.USUAL + 20;
    EventLoops fuseLoops = TestLoops.start();
    EventLoops loops = new EventLoops(1, Map.of(EventLoops.VARIABLE, "threads"));
    try (FuseConnection fuse = new FuseConnection(directory, fuseLoops)) {
      Path slowPath = fuse.path(fuse.session.tree.add("slow", held));
      Path quickPath = fuse.path(fuse.session.tree.add("quick", new MemoryDevice(1 << 20)));
      held.hold();
      int quick = open(quickPath, Linux.O_RDONLY);
      List<Integer> slow = new ArrayList<>();
      AlignedBuffer data = new AlignedBuffer(4096);
      for (int i = 0; i < waiting; i++) {
        slow.add(open(slowPath, Linux.O_RDONLY)); // reads of one open file take turns
      }
      for (int fd : slow) {
        start(loops.next(), fd, data);
      }
      start(loops.next(), quick, data);
      assertEquals(4096, results.take(), "which came last, and waits for nothing");
      assertEquals(List.of(), List.copyOf(results));
      held.release();
      for (int i = 0; i < waiting; i++) {
        assertEquals(4096, results.take());
      }
      slow.forEach(NativeIo.C::close);
      NativeIo.C.close(quick);
    } finally {
      loops.close();
      fuseLoops.close();
    }
  }

  private void start(EventLoop loop, int fd, AlignedBuffer data) throws IOException {
    Read read = new Read();
    read.transfer(false, fd, data.address(), 4096, 0);
    loop.execute(
        new LoopTask() {
          @Override
          protected void run() {
            loop.start(read);
          }
        });
  }
}
