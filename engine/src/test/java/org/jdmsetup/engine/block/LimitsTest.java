package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;

/** Limits combined by hand as {@code blk_stack_limits} of Linux 6.1 does. */
final class LimitsTest {

  private static Limits disk(int logical, int physical) {
    Limits limits = Limits.ofDisk();
    limits.logicalBlockSize(logical);
    limits.physicalBlockSize(physical);
    limits.ioMinBytes(physical);
    return limits;
  }

  private static Limits discarding(long granularity, long maxSectors) {
    Limits limits = disk(512, 512);
    limits.discardGranularityBytes(granularity);
    limits.maxDiscardSectors(maxSectors);
    return limits;
  }

  @Test
  void blockSizesAreTheLargest() {
    Limits table = Limits.forStacking();
    assertTrue(table.stack(disk(512, 512), Sectors.ZERO));
    assertTrue(table.stack(disk(512, 4096), new Sectors(8)));
    assertTrue(table.stack(disk(4096, 4096), new Sectors(16)));
    assertEquals(4096, table.logicalBlockSize());
    assertEquals(4096, table.physicalBlockSize());
    assertEquals(4096, table.ioMinBytes());
    assertEquals(0, table.ioOptBytes());
    assertFalse(table.misaligned());
  }

  @Test
  void aStartWithinAPhysicalBlockIsAnOffset() {
    Limits table = Limits.forStacking();
    assertTrue(
        table.stack(disk(512, 4096), new Sectors(7))); // the next block begins a sector later
    assertEquals(512, table.alignmentOffsetBytes());
    assertEquals(4096, table.physicalBlockSize());
  }

  @Test
  void blocksThatLieDifferentlyAreMisaligned() {
    Limits table = Limits.forStacking();
    assertTrue(table.stack(disk(512, 4096), Sectors.ZERO));
    assertFalse(table.stack(disk(512, 4096), new Sectors(3)));
    assertTrue(table.misaligned());
    assertEquals(512, table.logicalBlockSize());
  }

  @Test
  void theBestRequestIsACommonMultipleAndChunksACommonDivisor() {
    Limits table = Limits.forStacking();
    Limits a = disk(512, 512);
    a.ioOptBytes(65536);
    a.chunkSectors(24);
    Limits b = disk(512, 512);
    b.ioOptBytes(3 * 32768);
    b.chunkSectors(16);
    table.stack(a, Sectors.ZERO);
    table.stack(b, Sectors.ZERO);
    assertEquals(3 * 65536, table.ioOptBytes());
    assertEquals(8, table.chunkSectors());
  }

  @Test
  void anUnfitBestRequestIsNone() {
    Limits table = Limits.forStacking();
    Limits a = disk(512, 512);
    a.ioOptBytes(3 * 512);
    table.stack(a, Sectors.ZERO);
    assertFalse(table.stack(disk(4096, 4096), Sectors.ZERO));
    assertEquals(0, table.ioOptBytes());
  }

  @Test
  void discardsAreTheShortestInTheLargestUnits() {
    Limits table = Limits.forStacking();
    table.stack(discarding(4096, 1000), Sectors.ZERO);
    table.stack(discarding(65536, 5000), Sectors.ZERO);
    assertEquals(1000, table.maxDiscardSectors());
    assertEquals(65536, table.discardGranularityBytes());
    assertEquals(0, table.discardAlignmentBytes());

    Limits shifted = Limits.forStacking();
    shifted.stack(discarding(4096, 1000), new Sectors(3));
    assertEquals(5 * 512, shifted.discardAlignmentBytes());
  }

  @Test
  void whoCannotWriteZeroesDecidesForAll() {
    Limits able = disk(512, 512);
    able.maxWriteZeroesSectors(100);
    Limits table = Limits.forStacking();
    table.stack(able, Sectors.ZERO);
    assertEquals(100, table.maxWriteZeroesSectors());
    table.stack(disk(512, 512), Sectors.ZERO);
    assertFalse(table.canWriteZeroes());
  }

  @Test
  void longDiscardsAreCutAtUnits() {
    Limits limits = discarding(4096, 20); // two whole units of 8 sectors go at once
    assertEquals(16, limits.discardPart(0, 100));
    assertEquals(13, limits.discardPart(3, 100));
    assertEquals(5, limits.discardPart(96, 5));
    limits.discardAlignmentBytes(512);
    assertEquals(9, limits.discardPart(0, 100));

    Limits unlimited = discarding(4096, Limits.BIO_MAX_SECTORS);
    assertEquals(1000, unlimited.discardPart(7, 1000));
  }
}
