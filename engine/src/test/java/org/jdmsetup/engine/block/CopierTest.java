package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.IoBufferPool;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies between devices in memory that complete at once or later, and of which some fail. */
final class CopierTest {
  private static final int SECTORS = 5000;

  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
  private Copier copier = new Copier();

  @AfterEach
  void end() {
    later.shutdown();
  }

  /** Memory; every third request completes later, on another thread. */
  private final class Memory implements BlockDevice {
    private final AlignedBuffer bytes = new AlignedBuffer(SECTORS * Sectors.SIZE);
    private long failsFrom = Long.MAX_VALUE;
    private int requests;

    @Override
    public synchronized void submit(Request request) {
      if (++requests % 3 == 0) {
        later.schedule(() -> serve(request), 1, TimeUnit.MILLISECONDS);
      } else {
        serve(request);
      }
    }

    private void serve(Request request) {
      if (request.sector() + request.sectors() > failsFrom) {
        request.complete(Outcome.EIO);
        return;
      }
      long here = bytes.address() + request.sector() * Sectors.SIZE;
      if (request.op() == Request.Op.READ) {
        NativeIo.C.memcpy(request.address(), here, request.sectors() * Sectors.SIZE);
      } else {
        NativeIo.C.memcpy(here, request.address(), request.sectors() * Sectors.SIZE);
      }
      request.complete(Outcome.DONE);
    }

    @Override
    public long sizeSectors() {
      return SECTORS;
    }

    @Override
    public int logicalBlockSize() {
      return 512;
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public boolean supportsDiscard() {
      return false;
    }

    @Override
    public boolean supportsWriteZeroes() {
      return false;
    }

    byte at(long sector) {
      return bytes.bytes().get((int) sector * Sectors.SIZE + 17);
    }

    Memory filled() {
      for (int i = 0; i < bytes.capacity(); i++) {
        bytes.bytes().put(i, (byte) (i / Sectors.SIZE + 1));
      }
      return this;
    }
  }

  private record Copied(int readErrno, long failed) {}

  private Copied copy(Memory from, long sector, long sectors, Copier.Destination... to) {
    CompletableFuture<Copied> outcome = new CompletableFuture<>();
    copier.copy(
        from,
        sector,
        sectors,
        List.of(to),
        (reading, failed) -> outcome.complete(new Copied(reading.number(), failed)));
    return outcome.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void aRangeArrivesAtEveryDestinationAndNothingBesideIt() {
    Memory from = new Memory().filled();
    Memory one = new Memory();
    Memory two = new Memory();
    Copied outcome =
        copy(from, 7, 3000, new Copier.Destination(one, 0), new Copier.Destination(two, 1999));
    assertEquals(new Copied(0, 0), outcome);
    for (int sector = 0; sector < 3000; sector++) {
      assertEquals(from.at(sector + 7), one.at(sector));
      assertEquals(from.at(sector + 7), two.at(sector + 1999));
    }
    assertEquals(0, one.at(3000));
    assertEquals(0, two.at(1998));
    assertEquals(0, two.at(4999));
  }

  @Test
  void withoutSourceZeroesAreWritten() {
    Memory to = new Memory().filled();
    assertEquals(new Copied(0, 0), copy(null, 0, 1500, new Copier.Destination(to, 10)));
    assertEquals(10, to.at(9));
    assertEquals(0, to.at(10));
    assertEquals(0, to.at(1509));
    assertEquals((byte) 1511, to.at(1510));
  }

  @Test
  void aDestinationThatFailsIsNamedAndTheOtherOneIsWhole() {
    Memory from = new Memory().filled();
    Memory bad = new Memory();
    bad.failsFrom = 1500;
    Memory good = new Memory();
    Copied outcome =
        copy(from, 0, SECTORS, new Copier.Destination(bad, 0), new Copier.Destination(good, 0));
    assertEquals(new Copied(0, 1), outcome);
    for (int sector = 0; sector < SECTORS; sector++) {
      assertEquals(from.at(sector), good.at(sector));
    }
  }

  @Test
  void aSourceThatFailsEndsTheJob() {
    Memory from = new Memory().filled();
    from.failsFrom = 1500;
    Copied outcome = copy(from, 0, SECTORS, new Copier.Destination(new Memory(), 0));
    assertEquals(new Copied(Errno.EIO.number(), 0), outcome);
  }

  @Test
  void withoutMemoryAllDestinationsFailAndLaterJobsRun() {
    IoBufferPool plenty = new IoBufferPool(0);
    AtomicBoolean scarce = new AtomicBoolean(true);
    copier =
        new Copier(
            new IoBufferPool(
                0,
                bytes -> {
                  if (scarce.get()) {
                    throw new OutOfMemoryError("thrown by a test");
                  }
                  return plenty.take(bytes);
                }));
    Memory from = new Memory().filled();
    Memory to = new Memory();
    for (int i = 0; i < 20; i++) {
      assertEquals(new Copied(0, 1), copy(from, 0, 50, new Copier.Destination(to, 0)));
    }
    scarce.set(false);
    assertEquals(new Copied(0, 0), copy(from, 0, 50, new Copier.Destination(to, 0)));
  }

  @Test
  void whoIsToldMayThrow() {
    Memory from = new Memory().filled();
    for (int i = 0; i < 20; i++) {
      copier.copy(
          from,
          0,
          50,
          List.of(new Copier.Destination(new Memory(), 0)),
          (reading, failed) -> {
            throw new IllegalStateException("thrown by a test");
          });
    }
    assertEquals(new Copied(0, 0), copy(from, 0, 50, new Copier.Destination(new Memory(), 0)));
  }

  @Test
  void moreJobsThanRunAtOnceAllEnd() {
    Memory from = new Memory().filled();
    Memory to = new Memory();
    List<CompletableFuture<Boolean>> ends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      CompletableFuture<Boolean> end = new CompletableFuture<>();
      ends.add(end);
      copier.copy(
          from,
          i * 50L,
          50,
          List.of(new Copier.Destination(to, i * 50L)),
          (reading, failed) -> end.complete(reading.isDone() && failed == 0));
    }
    for (CompletableFuture<Boolean> end : ends) {
      assertTrue(end.orTimeout(60, TimeUnit.SECONDS).join());
    }
    for (int sector = 0; sector < SECTORS; sector++) {
      assertEquals(from.at(sector), to.at(sector));
    }
  }
}
