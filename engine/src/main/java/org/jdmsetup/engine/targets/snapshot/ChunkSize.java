package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.SnapshotParams;

/** What makes a number of sectors the size of a chunk. */
final class ChunkSize {

  private ChunkSize() {}

  /** The kernel's text for what is wrong with a size from a table or a device; null if nothing. */
  static String fault(Sectors chunk, BlockDevice cow, BlockDevice origin) {
    if (!chunk.isPowerOfTwo()) {
      return "Chunk size is not a power of 2";
    }
    if (!chunk.isMultipleOf(Sectors.ofBytes(cow.logicalBlockSize()))
        || !chunk.isMultipleOf(Sectors.ofBytes(origin.logicalBlockSize()))) {
      return "Chunk size is not a multiple of device blocksize";
    }
    return chunk.isAtMost(SnapshotParams.MAX_CHUNK) ? null : "Chunk size is too high";
  }
}
