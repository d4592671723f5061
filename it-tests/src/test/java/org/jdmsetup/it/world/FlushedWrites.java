package org.jdmsetup.it.world;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Writes numbered blocks to a device until the device fails, flushing now and then, and knows
 * afterwards which block must hold which write: the one that was flushed last, or one after it that
 * may have reached the disk too.
 */
public final class FlushedWrites implements Runnable {
  private static final int BLOCK = 4096;
  private static final int HEADER = 24;
  private static final int WRITES_A_FLUSH = 5;

  private final Path device;
  private final long[] written;
  private final long[] flushed;
  private volatile long flushes;
  private volatile IOException end;

  /**
   * @param blocks how many blocks of 4 KiB, from the device's beginning, it writes to
   */
  public FlushedWrites(Path device, int blocks) {
    this.device = device;
    this.written = new long[blocks];
    this.flushed = new long[blocks];
  }

  @Override
  public void run() {
    Random random = new Random(4);
    List<Integer> since = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      for (long number = 1; ; number++) {
        int block = random.nextInt(written.length);
        written[block] = number;
        ByteBuffer content = content(block, number);
        while (content.hasRemaining()) {
          channel.write(content, (long) block * BLOCK + content.position());
        }
        since.add(block);
        if (number % WRITES_A_FLUSH == 0) {
          channel.force(false);
          for (int sure : since) {
            flushed[sure] = written[sure];
          }
          since.clear();
          flushes++;
        }
      }
    } catch (IOException e) {
      end = e;
    }
  }

  /** How often the device said that all was flushed. */
  public long flushes() {
    return flushes;
  }

  /** Why the writing ended, once it has. */
  public IOException end() {
    return end;
  }

  /** Reads everything back and says what is not as it must be; empty if all is well. */
  public String verify(Path reopened) throws IOException {
    StringBuilder wrong = new StringBuilder();
    try (FileChannel channel = FileChannel.open(reopened, StandardOpenOption.READ)) {
      for (int block = 0; block < written.length; block++) {
        if (flushed[block] == 0) {
          continue;
        }
        ByteBuffer found = ByteBuffer.allocate(BLOCK);
        while (found.hasRemaining()
            && channel.read(found, (long) block * BLOCK + found.position()) >= 0) {}
        long number = found.getLong(0);
        if (number < flushed[block] || number > written[block]) {
          wrong.append(
              "block %d holds write %d, flushed was %d\n".formatted(block, number, flushed[block]));
        } else if (!found.flip().equals(content(block, number))) {
          wrong.append("block %d is torn, in write %d\n".formatted(block, number));
        }
      }
    }
    return wrong.toString();
  }

  private static ByteBuffer content(int block, long number) {
    byte[] body = new byte[BLOCK - HEADER];
    new Random(block * 31L + number).nextBytes(body);
    CRC32C sum = new CRC32C();
    sum.update(body);
    return ByteBuffer.allocate(BLOCK)
        .putLong(number)
        .putLong(block)
        .putLong(sum.getValue())
        .put(body)
        .flip();
  }
}
