package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.junit.jupiter.api.Test;

/** {@code striped 3 4 8:0 100 8:16 200 8:32 300}: where requests go, and what status says. */
final class StripedTargetTest {
  private final List<String> seen = new ArrayList<>();
  private boolean failing;

  private final TestContext context =
      new TestContext(24, ref -> new RecordingDisk(ref, seen, request -> errno(ref)));
  private final Target target = context.make("striped", "3 4 8:0 100 8:16 200 8:32 300");

  private int errno(DeviceRef disk) {
    return failing && disk.toString().equals("8:16") ? Errno.EIO.number() : 0;
  }

  private int submit(Request.Op op, long sector, long sectors, int copy) {
    Request request = new Request(r -> {});
    request.start(op, sector, sectors, 0);
    target.submit(request, copy);
    return request.outcome().number();
  }

  private List<String> copies(Request.Op op, long sector, long sectors) {
    seen.clear();
    for (int copy = 0; copy < target.copies(op); copy++) {
      assertEquals(0, submit(op, sector, sectors, copy));
    }
    return List.copyOf(seen);
  }

  @Test
  void chunksAreDealtOutInTurn() {
    for (long sector : new long[] {0, 3, 4, 11, 12, 17, 23}) {
      submit(Request.Op.READ, sector, 1, 0);
    }
    assertEquals(
        List.of(
            "8:0 100+1",
            "8:0 103+1",
            "8:16 200+1",
            "8:32 303+1",
            "8:0 104+1",
            "8:16 205+1",
            "8:32 307+1"),
        seen);
    assertEquals(4, target.maxIoLength().count());
  }

  @Test
  void aFlushGoesToEveryStripe() {
    assertEquals(List.of("8:0 0+0", "8:16 0+0", "8:32 0+0"), copies(Request.Op.FLUSH, 0, 0));
  }

  @Test
  void aDiscardCoversOnEachStripeExactlyItsShare() {
    assertEquals(
        List.of("8:0 100+8", "8:16 200+8", "8:32 300+8"), copies(Request.Op.DISCARD, 0, 24));
    assertEquals(List.of("8:16 201+2"), copies(Request.Op.DISCARD, 5, 2));
    assertEquals(
        List.of("8:0 104+2", "8:16 202+2", "8:32 300+4"), copies(Request.Op.WRITE_ZEROES, 6, 8));
  }

  @Test
  void aDeviceWithErrorsShowsAsDAndRaisesALimitedNumberOfEvents() {
    assertEquals("3 8:0 8:16 8:32 1 AAA", target.info());
    failing = true;
    for (int i = 0; i < 20; i++) {
      assertEquals(Errno.EIO.number(), submit(Request.Op.WRITE, 4, 1, 0));
    }
    assertEquals("3 8:0 8:16 8:32 1 ADA", target.info());
    assertEquals(14, context.events());
    assertEquals("3 4 8:0 100 8:16 200 8:32 300", target.table());
  }
}
