package org.jdmsetup.engine.targets.dust;

import java.util.Arrays;

/**
 * The blocks that count as bad, each with how many writes to it fail before one repairs it. Not
 * synchronized.
 */
final class BadBlocks {
  /** Ascending; the first {@code size} are used. */
  private long[] blocks = new long[8];

  private short[] failingWrites = new short[8];
  private int size;

  private int find(long block) {
    return Arrays.binarySearch(blocks, 0, size, block);
  }

  int size() {
    return size;
  }

  boolean contains(long block) {
    return find(block) >= 0;
  }

  /**
   * Adds a block.
   *
   * @param block at least 0
   * @param writes how many fail, 0 to 255
   * @return false if it is there already
   */
  boolean add(long block, int writes) {
    int found = find(block);
    if (found >= 0) {
      return false;
    }
    if (size == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * size);
      failingWrites = Arrays.copyOf(failingWrites, 2 * size);
    }
    int at = -found - 1;
    System.arraycopy(blocks, at, blocks, at + 1, size - at);
    System.arraycopy(failingWrites, at, failingWrites, at + 1, size - at);
    blocks[at] = block;
    failingWrites[at] = (short) writes;
    size++;
    return true;
  }

  /** Removes a block; false if it is not there. */
  boolean remove(long block) {
    int at = find(block);
    if (at < 0) {
      return false;
    }
    size--;
    System.arraycopy(blocks, at + 1, blocks, at, size - at);
    System.arraycopy(failingWrites, at + 1, failingWrites, at, size - at);
    return true;
  }

  /** Notes a write to a block, which repairs it unless it has to fail; whether it fails. */
  boolean writeFails(long block) {
    int at = find(block);
    if (at < 0) {
      return false;
    }
    if (failingWrites[at] > 0) {
      failingWrites[at]--;
      return true;
    }
    remove(block);
    return false;
  }

  void clear() {
    size = 0;
    blocks = new long[8];
    failingWrites = new short[8];
  }

  /** The blocks, each with a blank before it and {@code :COUNT} after it if writes to it fail. */
  String words() {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < size; i++) {
      words.append(' ').append(blocks[i]);
      if (failingWrites[i] > 0) {
        words.append(':').append(failingWrites[i]);
      }
    }
    return words.toString();
  }

  /** The blocks in ascending order, a line each. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < size; i++) {
      lines.append(blocks[i]).append('\n');
    }
    return lines.toString();
  }
}
