package org.jdmsetup.engine.aio;

import java.io.IOException;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.block.IntrusiveQueue;
import org.jdmsetup.engine.nativeio.IoUring;
import org.jdmsetup.tables.Errno;

/**
 * Operations through a ring of the loop's own. What the kernel does not take now, because it lacks
 * memory or too many results wait, is handed over again later; nothing is lost, and nothing fails
 * for it.
 */
final class RingIo implements AsyncIo {
  private static final int QUEUE_LENGTH = 256;
  private static final int RESULT_LENGTH = 4096;
  private static final int AGAIN_MILLIS = 10;

  private final IoUring ring;

  /** What is under way, by the key of its result. */
  private final FileOperation[] operations;

  private final int[] freeKeys;
  private int freeCount;

  /** What finds no place in the ring. */
  private final IntrusiveQueue<LoopTask> waiting = new IntrusiveQueue<>();

  private boolean refused;

  /** Opens a ring as the engine uses it. */
  RingIo() throws IOException {
    this(new IoUring(QUEUE_LENGTH, RESULT_LENGTH, IoUring.KERNEL));
  }

  RingIo(IoUring ring) {
    this.ring = ring;
    operations = new FileOperation[ring.maxUnderWay()];
    freeKeys = new int[ring.maxUnderWay()];
    freeCount = ring.maxUnderWay();
    for (int i = 0; i < freeCount; i++) {
      freeKeys[i] = freeCount - 1 - i;
    }
  }

  @Override
  public int descriptor() {
    return ring.descriptor();
  }

  @Override
  public void start(FileOperation operation) {
    if (!waiting.isEmpty() || !queue(operation)) {
      waiting.add(operation);
    }
  }

  private boolean queue(FileOperation operation) {
    if (freeCount == 0) {
      return false;
    }
    if (ring.isFull()) {
      handOver();
      if (ring.isFull()) {
        return false;
      }
    }
    int key = freeKeys[--freeCount];
    operations[key] = operation;
    if (operation.kind() == FileOperation.Kind.SYNC) {
      ring.queueSync(operation.fd(), key);
    } else {
      ring.queueTransfer(
          operation.kind() == FileOperation.Kind.WRITE,
          operation.fd(),
          operation.address(),
          operation.length(),
          operation.offset(),
          key);
    }
    return true;
  }

  private void handOver() {
    int errno = ring.handOver();
    refused = errno != 0;
    if (refused && errno != Errno.EAGAIN.number() && errno != Errno.EBUSY.number()) {
      Faults.log("handing over to io_uring", new IOException(Errno.text(errno)));
    }
  }

  @Override
  public void submit() {
    while (!waiting.isEmpty() && queue((FileOperation) waiting.peek())) {
      waiting.poll();
    }
    if (ring.hasQueued()) {
      handOver();
    }
  }

  @Override
  public void complete() {
    while (ring.hasResult()) {
      int key = (int) ring.resultKey();
      int result = ring.result();
      ring.takeResult();
      FileOperation operation = operations[key];
      operations[key] = null;
      freeKeys[freeCount++] = key;
      if (result == -Errno.EINTR.number()) {
        start(operation);
        continue;
      }
      operation.result(result);
      EventLoop.run(operation);
    }
  }

  @Override
  public int submitAgainMillis() {
    return refused ? AGAIN_MILLIS : -1;
  }

  @Override
  public void close() {
    ring.close();
  }
}
