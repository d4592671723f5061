package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.PowerCutDisk;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.junit.jupiter.api.Test;

/** The delay target (Documentation/admin-guide/device-mapper/delay.rst). */
final class DelayTargetTest {
  private static final int AN_HOUR = 3_600_000;

  private final Map<DeviceNumber, PowerCutDisk> disks = new HashMap<>();
  private final List<String> passed = Collections.synchronizedList(new ArrayList<>());
  private final TestContext context = new TestContext(16, this::disk);

  private PowerCutDisk disk(DeviceRef ref) {
    DeviceNumber number = ((DeviceRef.Number) ref).number();
    return disks.computeIfAbsent(number, made -> new PowerCutDisk(number, 64));
  }

  private List<String> log(int minor) {
    return disks.get(new DeviceNumber(8, minor)).log();
  }

  /** Submits a request; says what it was when it completes. */
  private Request submit(Target target, Request.Op op, long sector) {
    Request request = new Request(done -> passed.add(op + " " + sector));
    int sectors = op == Request.Op.FLUSH ? 0 : 1;
    target.submit(request.start(op, sector, sectors, new DeviceIo(null, 1).buffer().address()), 0);
    if (!request.detach()) {
      passed.add(op + " " + sector);
    }
    return request;
  }

  @Test
  void threeWordsAreForAllRequests() {
    Target target = context.make("delay", "8:0 10 0");
    submit(target, Request.Op.READ, 1);
    submit(target, Request.Op.WRITE, 2);
    submit(target, Request.Op.DISCARD, 3);
    submit(target, Request.Op.FLUSH, 0);
    assertEquals(List.of("READ 11+1", "WRITE 12+1", "DISCARD 13+1", "FLUSH"), log(0));
    assertEquals("8:0 10 0", target.table());
    assertEquals("0 0 0", target.info());
  }

  @Test
  void threeMoreAreForWritesAndFlushes() {
    Target target = context.make("delay", "8:0 10 0 8:16 20 0");
    submit(target, Request.Op.READ, 1);
    submit(target, Request.Op.WRITE, 2);
    submit(target, Request.Op.DISCARD, 3);
    submit(target, Request.Op.FLUSH, 0);
    assertEquals(List.of("READ 11+1"), log(0));
    assertEquals(List.of("WRITE 22+1", "DISCARD 23+1", "FLUSH"), log(16));
  }

  @Test
  void threeMoreAreForFlushes() {
    Target target = context.make("delay", "8:0 1 0 8:16 20 0 8:32 30 0");
    submit(target, Request.Op.FLUSH, 0);
    submit(target, Request.Op.WRITE, 5);
    assertEquals(List.of("FLUSH"), log(32));
    assertEquals(List.of("WRITE 25+1"), log(16));
    assertEquals("8:0 1 0 8:16 20 0 8:32 30 0", target.table());
    assertEquals(
        List.of("8:0 1+16", "8:16 20+16", "8:32 30+16"),
        target.areas().stream()
            .map(area -> area.device().tableWord() + " " + area.start() + "+" + area.length())
            .toList());
  }

  @Test
  void statusCountsWhatWaitsAndASuspendSendsItAtOnce() {
    Target target = context.make("delay", "8:0 0 " + AN_HOUR);
    submit(target, Request.Op.WRITE, 3);
    submit(target, Request.Op.READ, 1);
    submit(target, Request.Op.FLUSH, 0);
    submit(target, Request.Op.WRITE, 2);
    assertEquals("1 2 1", target.info());
    assertEquals(List.of(), log(0));

    target.presuspend();
    assertEquals(List.of("WRITE 3+1", "READ 1+1", "FLUSH", "WRITE 2+1"), log(0));
    assertEquals(List.of("WRITE 3", "READ 1", "FLUSH 0", "WRITE 2"), passed);
    assertEquals("0 0 0", target.info());

    submit(target, Request.Op.READ, 4);
    assertEquals(List.of("READ 4+1"), log(0));

    target.resume();
    submit(target, Request.Op.READ, 5);
    assertEquals("1 0 0", target.info());
    target.presuspend();
  }

  @Test
  void eachClassHasADelayOfItsOwn() {
    Target target = context.make("delay", "8:0 0 " + AN_HOUR + " 8:0 0 0");
    submit(target, Request.Op.READ, 1);
    submit(target, Request.Op.WRITE, 2);
    submit(target, Request.Op.FLUSH, 0);
    assertEquals(List.of("WRITE 2+1", "FLUSH"), log(0));
    assertEquals("1 0 0", target.info());
    target.presuspend();
  }

  @Test
  void whatIsDueIsSentInTheOrderOfItsArrival() throws InterruptedException {
    Target target = context.make("delay", "8:0 0 30 8:0 0 1");
    DeviceIo io = new DeviceIo(new TargetDevice(target, 16), 1);
    for (int round = 0; round < 20; round++) {
      assertEquals(0, io.write(round % 8, 1, round + 1));
      assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    }
    log(0);
    CountDownLatch done = new CountDownLatch(3);
    for (long sector : new long[] {5, 6, 7}) {
      Request request = new Request(r -> done.countDown());
      target.submit(request.start(Request.Op.READ, sector, 1, io.buffer().address()), 0);
      assertTrue(request.detach());
    }
    done.await();
    assertEquals(List.of("READ 5+1", "READ 6+1", "READ 7+1"), log(0));
    assertEquals("0 0 0", target.info());
  }

  @Test
  void aRequestThatIsDueEarlierOvertakesOneThatWaits() {
    Target target = context.make("delay", "8:0 0 " + AN_HOUR + " 8:0 0 1");
    submit(target, Request.Op.READ, 1);
    DeviceIo io = new DeviceIo(new TargetDevice(target, 16), 1);
    assertEquals(0, io.write(2, 1, 1));
    assertEquals("1 0 0", target.info());
    assertFalse(passed.contains("READ 1"));
    target.presuspend();
    assertEquals(List.of("READ 1"), passed);
  }
}
