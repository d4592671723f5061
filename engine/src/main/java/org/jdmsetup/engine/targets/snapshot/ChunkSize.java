package org.jdmsetup.engine.targets.snapshot;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.SnapshotParams;

/** What makes a number of sectors the size of a chunk. */
final class ChunkSize {

  private ChunkSize() {}

  /** The kernel's text for what is wrong with a size from a table or a device; null if nothing. */
  static String fault(long chunk, BlockDevice cow, BlockDevice origin) {
    if (Long.bitCount(chunk) != 1) {
      return "Chunk size is not a power of 2";
    }
    if (chunk % Sectors.ofBytes(cow.logicalBlockSize()) != 0
        || chunk % Sectors.ofBytes(origin.logicalBlockSize()) != 0) {
      return "Chunk size is not a multiple of device blocksize";
    }
    return chunk > SnapshotParams.MAX_CHUNK ? "Chunk size is too high" : null;
  }
}
