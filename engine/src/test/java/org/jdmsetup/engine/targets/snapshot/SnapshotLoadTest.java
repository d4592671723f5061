package org.jdmsetup.engine.targets.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetDevice;
import org.jdmsetup.engine.targets.TestContext;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random reads and writes by several threads to an origin and two snapshots of it, on disks that
 * serve requests in any order; each thread has sectors of its own, which lie in chunks with those
 * of others, and knows what each view must show.
 */
final class SnapshotLoadTest {
  private static final int THREADS = 4;
  private static final int OWN = 500;
  private static final int SIZE = THREADS * OWN;
  private static final int ROUNDS = 3000;

  private final PowerCutDisk disk = new PowerCutDisk(new DeviceNumber(8, 0), SIZE);
  private final PowerCutDisk firstCow = new PowerCutDisk(new DeviceNumber(8, 16), 2 * SIZE);
  private final PowerCutDisk secondCow = new PowerCutDisk(new DeviceNumber(8, 32), 2 * SIZE);
  private final TestContext context =
      new TestContext(
          SIZE,
          ref ->
              switch (ref.toString()) {
                case "8:0" -> disk;
                case "8:16" -> firstCow;
                default -> secondCow;
              });

  private final AtomicReference<String> failure = new AtomicReference<>();
  private final AtomicInteger seeds = new AtomicInteger();
  private final Target[] views = new Target[3];

  /** What each view shows in each sector: the seed that it was written with. */
  private final int[][] model = new int[3][SIZE];

  @AfterEach
  void unplug() throws Exception {
    disk.unplug();
    firstCow.unplug();
    secondCow.unplug();
  }

  @Test
  void everyViewShowsItsOwn() throws Exception {
    disk.serveOutOfOrder(1);
    firstCow.serveOutOfOrder(2);
    secondCow.serveOutOfOrder(3);
    views[0] = context.make("snapshot-origin", "8:0");
    views[1] = snapshot("8:16 P 1");
    views[2] = snapshot("8:32 P 16");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int own = i;
      Thread thread = new Thread(() -> load(own));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get());
    views[1].close();
    views[2].close();
    views[1] = snapshot("8:16 P 1");
    views[2] = snapshot("8:32 P 16");
    for (int view = 0; view < views.length; view++) {
      DeviceIo io = io(view);
      assertEquals(0, io.read(0, SIZE));
      for (int sector = 0; sector < SIZE; sector++) {
        assertEquals(
            true, io.holdsAt(sector, sector, model[view][sector]), view + ": sector " + sector);
      }
    }
  }

  private Target snapshot(String store) {
    Target target = context.make("snapshot", "8:0 " + store);
    target.resume();
    return target;
  }

  private DeviceIo io(int view) {
    return new DeviceIo(new TargetDevice(views[view], SIZE), SIZE);
  }

  private void load(int thread) {
    Random random = new Random(thread);
    DeviceIo[] devices = {io(0), io(1), io(2)};
    for (int round = 0; round < ROUNDS && failure.get() == null; round++) {
      int view = random.nextInt(devices.length);
      int from = random.nextInt(OWN);
      int length = 1 + random.nextInt(Math.min(40, OWN - from));
      int sector = thread * OWN + from;
      if (random.nextInt(3) == 0) {
        write(devices, view, sector, length);
      } else {
        check(devices[view], view, sector, length);
      }
    }
  }

  private void write(DeviceIo[] devices, int view, int sector, int length) {
    int seed = seeds.incrementAndGet();
    int errno = devices[view].write(sector, length, seed);
    if (errno != 0) {
      failure.compareAndSet(null, "write to view " + view + ": " + errno);
    }
    for (int i = 0; i < length; i++) {
      model[view][sector + i] = seed;
    }
  }

  private void check(DeviceIo device, int view, int sector, int length) {
    int errno = device.read(sector, length);
    for (int i = 0; i < length && errno == 0; i++) {
      if (!device.holdsAt(i, sector + i, model[view][sector + i])) {
        errno = -1;
      }
    }
    if (errno != 0) {
      failure.compareAndSet(
          null, "view " + view + " sector " + sector + " length " + length + ": " + errno);
    }
  }
}
