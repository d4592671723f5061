package org.jdmsetup.engine.targets.snapshot;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.Sectors;

/** A request to a target that the test does not wait for at once. */
final class LaterRequest {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Request request = new Request(r -> done.countDown());
  private final AlignedBuffer data;

  LaterRequest(Target target, Request.Op op, long sector, int sectors, int fill) {
    data = new AlignedBuffer(sectors * Sectors.SIZE);
    for (int i = 0; i < data.capacity(); i++) {
      data.bytes().put(i, (byte) fill);
    }
    request.start(op, sector, sectors, data.address());
    target.submit(request, 0);
    if (!request.detach()) {
      done.countDown();
    }
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  /** The error number, when it is done. */
  int await() throws InterruptedException {
    assertTrue(done.await(60, TimeUnit.SECONDS), "the request never ends");
    return request.outcome().number();
  }

  /** The first byte of what was read. */
  int firstByte() {
    return data.bytes().get(0);
  }
}
