package org.jdmsetup.engine.expose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More workers come when all are stuck, and go when there is nothing to do. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FuseWorkersTest {
  private static final int SIZE = 1 << 20;

  @TempDir Path directory;

  @BeforeEach
  void fuse() {
    Needs.blockDevices();
  }

  @Test
  void additionalWorkersGoAndTheRequestsThatTheyReadAreAnswered() throws Exception {
    try (FuseConnection fuse = new FuseConnection(directory, 200)) {
      int usual = fuse.workers.size();
      StuckDevice stuck = new StuckDevice(SIZE);
      MemoryDevice slow = new MemoryDevice(SIZE);
      slow.hold();
      FuseFile stuckFile = fuse.session.tree.add("stuck", stuck);
      FuseFile slowFile = fuse.session.tree.add("slow", slow);
      List<FutureTask<Long>> reads = new ArrayList<>();
      for (int i = 0; i < usual; i++) {
        reads.add(reading(fuse.path(stuckFile)));
      }
      await(() -> stuck.stuck() == usual);
      for (int i = 0; i < 4; i++) {
        reads.add(reading(fuse.path(slowFile))); // only additional workers can
      }
      await(() -> slow.held() == 4);
      assertTrue(fuse.workers.size() > usual);
      await(() -> fuse.workers.size() == usual); // nothing to do for them, although all others wait
      slow.release();
      stuck.unstick();
      for (FutureTask<Long> read : reads) {
        assertEquals(4096, read.get());
      }
      fuse.session.tree.remove(stuckFile);
      fuse.session.tree.remove(slowFile);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private static FutureTask<Long> reading(Path file) {
    FutureTask<Long> read = new FutureTask<>(() -> read(file.toString()));
    new Thread(read).start();
    return read;
  }

  private static long read(String path) {
    AlignedBuffer buffer = new AlignedBuffer(4096);
    int fd = NativeIo.C.open(path, NativeIo.O_RDONLY, 0);
    try {
      return NativeIo.C.pread(fd, buffer.address(), 4096, 0);
    } finally {
      NativeIo.C.close(fd);
    }
  }
}
