package org.jdmsetup.engine.targets.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;

/** Many writes at a time, and what they cost. */
final class MirrorLoadTest {
  private static final int ROUNDS = 20_000;

  @Test
  void legsAreTheSameAfterWritesOfManyThreadsDuringRecovery() throws Exception {
    MirrorFixture mirror = new MirrorFixture(4000, "disk 2 8:3 8 3 8:0 100 8:1 200 8:2 0");
    mirror.disk(0).fill(100, 4000, 0x77);
    mirror.resume();
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<Integer>> failures = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int seed = i;
      threads.add(new Thread(() -> write(mirror, seed, failures)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
    mirror.awaitStatus("3 8:0 8:1 8:2 500/500 1 AAA 3 disk 8:3 A");
    mirror.suspend();
    byte[] first = mirror.disk(0).bytes(100 * Sectors.SIZE, 4000 * Sectors.SIZE);
    assertArrayEquals(first, mirror.disk(1).bytes(200 * Sectors.SIZE, 4000 * Sectors.SIZE));
    assertArrayEquals(first, mirror.disk(2).bytes(0, 4000 * Sectors.SIZE));
    for (int region = 0; region < 500; region++) {
      int bits = mirror.disk(3).bytes(DiskLog.BITS_AT + region / 8, 1)[0];
      assertTrue((bits >> region % 8 & 1) != 0, "region " + region + " is clean");
    }
  }

  /** Some writes lie over others; none crosses the end of a region. */
  private static void write(
      MirrorFixture mirror, int seed, List<CompletableFuture<Integer>> failures) {
    Random random = new Random(seed);
    List<CompletableFuture<Integer>> pending = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int in = random.nextInt(8);
      int sector = 8 * (random.nextInt(10) == 0 ? 3 : random.nextInt(500)) + in;
      pending.add(mirror.write(sector, 1 + random.nextInt(8 - in), random.nextInt(256)));
    }
    for (CompletableFuture<Integer> write : pending) {
      if (MirrorFixture.answer(write) != 0) {
        synchronized (failures) {
          failures.add(write);
        }
      }
    }
  }

  @Test
  void readsAndWritesToAMarkedRegionLeaveNoGarbage() {
    MirrorFixture mirror = new MirrorFixture(4000, "disk 3 8:3 64 nosync 2 8:0 0 8:1 0");
    mirror.resume();
    mirror.disk(1).hold(Op.WRITE);
    CompletableFuture<Integer> keepsItMarked = mirror.write(0, 1, 0x11);
    MirrorFixture.awaitEquals(1, () -> mirror.disk(1).held());
    mirror.disk(1).stopHolding();
    mirror.quiet();
    AlignedBuffer buffer = new AlignedBuffer(8 * Sectors.SIZE);
    Request request = new Request(r -> {});
    for (int i = 0; i < ROUNDS; i++) {
      serve(mirror, request, buffer, i);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(self);
    long before = threads.getThreadAllocatedBytes(self);
    for (int i = 0; i < ROUNDS; i++) {
      serve(mirror, request, buffer, i);
    }
    long allocated = threads.getThreadAllocatedBytes(self) - before;
    assertTrue(allocated < ROUNDS / 10, allocated + " bytes for " + ROUNDS + " requests");
    mirror.disk(1).releaseHeld();
    assertEquals(0, MirrorFixture.answer(keepsItMarked));
  }

  private static void serve(MirrorFixture mirror, Request request, AlignedBuffer buffer, int i) {
    Op op = i % 3 == 0 ? Op.READ : i % 100 == 1 ? Op.FLUSH : Op.WRITE;
    boolean flush = op == Op.FLUSH;
    request.start(op, flush ? 0 : 1 + i % 55, flush ? 0 : 8, buffer.address());
    mirror.target.submit(request, 0);
    assertFalse(request.detach());
    assertEquals(0, request.outcome().number());
  }
}
