package org.jdmsetup.engine.targets.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.Request.Op;
import org.jdmsetup.engine.block.TestDisk;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TestContext;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;

/** A mirror over disks in memory; disk 8:N is {@code disk(N)}. */
final class MirrorFixture {
  static final int EIO = 5;

  final List<String> journal = new ArrayList<>();
  final TestContext context;
  final Target target;

  private final List<TestDisk> disks = new ArrayList<>();
  private final AlignedBuffer data = new AlignedBuffer(1 << 20);

  MirrorFixture(long length, String params) {
    this(length, params, List.of());
  }

  /** A mirror that is brought back. */
  MirrorFixture(long length, String params, String remembered) {
    this(length, params, List.of(), remembered);
  }

  /**
   * @param disks 8:0, 8:1 and so on; what is missing is made
   */
  MirrorFixture(long length, String params, List<TestDisk> disks) {
    this(length, params, disks, null);
  }

  private MirrorFixture(long length, String params, List<TestDisk> disks, String remembered) {
    this.disks.addAll(disks);
    for (int minor = disks.size(); minor < 4; minor++) {
      this.disks.add(new TestDisk(new DeviceNumber(8, minor), 5000, journal));
    }
    context = new TestContext(length, this::disk).remembering(remembered);
    target = context.make("mirror", params);
  }

  private TestDisk disk(DeviceRef device) {
    return disk(((DeviceRef.Number) device).number().minor());
  }

  TestDisk disk(int minor) {
    return disks.get(minor);
  }

  /** As the core resumes a table. */
  MirrorFixture resume() {
    target.resume();
    return this;
  }

  void suspend() {
    target.presuspend();
    target.postsuspend();
  }

  /** Submits; the answer may come later. */
  CompletableFuture<Integer> submit(Op op, long sector, long sectors, long address) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    Request request = new Request(r -> answer.complete(r.outcome().number()));
    request.start(op, sector, sectors, address);
    target.submit(request, 0);
    if (!request.detach()) {
      answer.complete(request.outcome().number());
    }
    return answer;
  }

  CompletableFuture<Integer> write(long sector, long sectors, int value) {
    AlignedBuffer bytes = new AlignedBuffer((int) sectors * Sectors.SIZE);
    NativeIo.C.memset(bytes.address(), value, sectors * Sectors.SIZE);
    CompletableFuture<Integer> answer = submit(Op.WRITE, sector, sectors, bytes.address());
    return answer.thenApply(
        errno -> {
          bytes.bytes().get(0); // keeps the memory
          return errno;
        });
  }

  /** Reads a sector; its first byte, or the error number with a minus. */
  int read(long sector) {
    int errno = answer(submit(Op.READ, sector, 1, data.address()));
    return errno == 0 ? data.bytes().get(0) & 0xff : -errno;
  }

  int flush() {
    return answer(submit(Op.FLUSH, 0, 0, 0));
  }

  static int answer(CompletableFuture<Integer> pending) {
    try {
      return pending.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** Waits until something is as it should be. */
  static <T> void awaitEquals(T expected, Supplier<T> actual) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!expected.equals(actual.get()) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(expected, actual.get());
  }

  /** From now on the disks note nothing. */
  void quiet() {
    disks.forEach(TestDisk::quiet);
  }

  void awaitStatus(String status) {
    awaitEquals(status, target::info);
  }

  void awaitEvents(int count) {
    awaitEquals(count, context::events);
  }

  /** What the disks were asked for since the last time. */
  List<String> seen() {
    synchronized (journal) {
      List<String> seen = List.copyOf(journal);
      journal.clear();
      return seen;
    }
  }
}
