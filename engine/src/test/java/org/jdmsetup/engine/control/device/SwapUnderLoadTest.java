package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verified random I/O by several threads while tables are swapped beneath them. Every table maps
 * the device to the same sectors of the same files, cut in other ways, so whatever table a request
 * meets must lead it to the same data.
 */
final class SwapUnderLoadTest {
  private static final int AREA = 2048;
  private static final int THREADS = 4;
  private static final int SWAPS = 200;

  @TempDir Path directory;

  private final AtomicReference<String> failure = new AtomicReference<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong requests = new AtomicLong();

  @Test
  void noRequestIsLostTornOrMisrouted() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    String a = EngineFixture.file(directory, "a", AREA * THREADS);
    String b = EngineFixture.file(directory, "b", AREA * THREADS);
    int half = AREA * THREADS / 2;
    String[][] tables = {
      {"0 " + half + " linear " + a + " 0", half + " " + half + " linear " + b + " 0"},
      {
        "0 100 linear " + a + " 0",
        "100 " + (half - 100) + " linear " + a + " 100",
        half + " 7 linear " + b + " 0",
        (half + 7) + " " + (half - 7) + " linear " + b + " 7"
      },
      {"0 " + half + " striped 1 8 " + a + " 0", half + " " + half + " striped 1 32 " + b + " 0"},
    };
    try (EngineFixture engine = new EngineFixture(run)) {
      MappedDevice device = engine.device("vol", tables[0]);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int own = i;
        Thread thread = new Thread(() -> load(device, own));
        thread.start();
        threads.add(thread);
      }
      for (int i = 1; i <= SWAPS && failure.get() == null; i++) {
        boolean explicit = i % 3 == 0;
        if (explicit) {
          assertEquals(0, engine.suspend("vol").errno());
        }
        assertEquals(0, engine.load("vol", tables[i % tables.length]).errno());
        assertEquals(0, engine.resume("vol").errno());
        long before = requests.get();
        while (requests.get() - before < 20 && failure.get() == null) {
          Thread.onSpinWait(); // some requests must meet each table
        }
      }
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      assertNull(failure.get());
      assertEquals(0, engine.remove("vol").errno());
    }
  }

  /** Writes and reads back sectors that no other thread touches. */
  private void load(MappedDevice device, int own) {
    Random random = new Random(own);
    int[] seeds = new int[AREA];
    DeviceIo io = new DeviceIo(device, 64);
    int first = own * AREA;
    for (int round = 1; !stop.get() && failure.get() == null; round++) {
      int at = random.nextInt(AREA);
      int sectors = 1 + random.nextInt(Math.min(64, AREA - at));
      int errno;
      if (random.nextInt(50) == 0) {
        errno = io.run(Request.Op.FLUSH, 0, 0);
      } else if (random.nextBoolean()) {
        errno = io.write(first + at, sectors, round);
        Arrays.fill(seeds, at, at + sectors, round);
      } else {
        errno = io.read(first + at, sectors);
        for (int i = 0; i < sectors; i++) {
          if (!io.holdsAt(i, first + at + i, seeds[at + i])) {
            failure.compareAndSet(null, "sector " + (first + at + i) + " of round " + round);
          }
        }
      }
      if (errno != 0) {
        failure.compareAndSet(null, "errno " + errno);
      }
      requests.incrementAndGet();
    }
  }
}
