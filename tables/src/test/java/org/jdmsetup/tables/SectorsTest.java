package org.jdmsetup.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SectorsTest {
  private static final Sectors MOST = new Sectors(-1);

  private static Sectors sectors(long count) {
    return new Sectors(count);
  }

  @Test
  void aSectorIs512BytesAndPartsOfOneAreCutOff() {
    assertEquals(1024, sectors(2).bytes());
    assertEquals(sectors(1), Sectors.ofBytes(1023));
    assertEquals(Sectors.ZERO, Sectors.ofBytes(511));
    assertEquals(1024, Sectors.toBytes(2));
    assertEquals(1, Sectors.fromBytes(1023));
    assertEquals(-1, Sectors.fromBytes(-1));
  }

  @Test
  void theyAreUnsignedAndPrintAsInTables() {
    assertEquals("18446744073709551615", MOST.toString());
    assertEquals("0 18446744073709551615 zero ", new Rule(Sectors.ZERO, MOST, "zero", "") + "");
    assertTrue(MOST.compareTo(sectors(1)) > 0);
    assertTrue(sectors(1).isAtMost(MOST));
    assertTrue(MOST.isAtMost(MOST));
    assertFalse(MOST.isAtMost(sectors(Long.MAX_VALUE)));
  }

  @Test
  void sumsAndDifferencesWrapAsInAKernel() {
    assertEquals(Sectors.ZERO, MOST.plus(sectors(1)));
    assertEquals(MOST, Sectors.ZERO.minus(sectors(1)));
    assertEquals(sectors(7), new Rule(sectors(8), MOST, "zero", "").end());
    assertTrue(Sectors.ZERO.isZero());
    assertFalse(MOST.isZero());
  }

  @Test
  void theyAreDividedIntoPartsAndIntoUnits() {
    assertEquals(sectors(3), sectors(10).dividedBy(3));
    assertFalse(sectors(10).isDivisibleBy(3));
    assertTrue(MOST.isDivisibleBy(3));
    assertEquals(2, sectors(20).dividedBy(sectors(8)));
    assertFalse(sectors(20).isMultipleOf(sectors(8)));
    assertTrue(sectors(24).isMultipleOf(sectors(8)));
    assertEquals(Long.MAX_VALUE, MOST.dividedBy(sectors(2)));
  }

  @Test
  void blocksHavePowersOfTwo() {
    assertTrue(sectors(1).isPowerOfTwo());
    assertTrue(sectors(1L << 63).isPowerOfTwo());
    assertFalse(sectors(24).isPowerOfTwo());
    assertFalse(Sectors.ZERO.isPowerOfTwo());
  }
}
