package org.jdmsetup.tables.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.text.Position;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableSyntaxException;
import org.jdmsetup.tables.text.TableText;
import org.junit.jupiter.api.Test;

class MappingTableTest {

  private static final long ADDRESSABLE = 18014398509481983L;

  private static MappingTable table(String... lines) throws Exception {
    return MappingTable.of(rules(lines));
  }

  private static List<Rule> rules(String... lines) throws TableSyntaxException {
    return TableText.parse(String.join("\n", lines), TableSource.OPTION).rules();
  }

  private static InvalidTableException refused(String... lines) throws TableSyntaxException {
    List<Rule> rules = rules(lines);
    return assertThrows(InvalidTableException.class, () -> MappingTable.of(rules));
  }

  @Test
  void findsTheRuleOfASector() throws Exception {
    MappingTable table = table("0 10 zero", "10 1 error", "11 5 linear 8:0 7");
    assertEquals(3, table.size());
    assertEquals(16, table.length().count());
    assertEquals(-1, table.find(-1));
    assertEquals(0, table.find(0));
    assertEquals(0, table.find(9));
    assertEquals(1, table.find(10));
    assertEquals(2, table.find(11));
    assertEquals(2, table.find(15));
    assertEquals(-1, table.find(16));
    assertEquals("8:0 7", table.params(table.find(15)).text());
    assertEquals("11 5 linear 8:0 7", table.rule(2).toString());
  }

  @Test
  void reachesTheLastAddressableSector() throws Exception {
    MappingTable table = table("0 1 zero", "1 18014398509481982 error");
    assertEquals(ADDRESSABLE, table.length().count());
    assertEquals(1, table.find(ADDRESSABLE - 1));
    assertEquals(-1, table.find(ADDRESSABLE));
    assertEquals(-1, table.find(Long.MAX_VALUE));
  }

  @Test
  void refusesWhatAKernelRefuses() throws TableSyntaxException {
    InvalidTableException e =
        refused("0 8 linear /dev/a 0", "8 8 linear 8:0 1", "16 8 linear /dev/a 8", "25 8 zero");
    assertEquals("Gap in table", e.problem().kernelText());
    assertEquals(3, e.problem().rule());
    assertEquals(
        "line 4, column 1: rule starts at sector 25, but the rule before ends at 24:"
            + " expected start 24 (gap of 1 sector)",
        e.getMessage());
    assertEquals(
        List.of(new DeviceRef.Path("/dev/a"), new DeviceRef.Number(new DeviceNumber(8, 0))),
        e.devicesBefore());
    assertEquals("populate_table: no targets specified", refused("").problem().kernelText());
    assertEquals(
        "line 1, column 16: linear: 'x': expected a sector number in decimal digits",
        refused("0 8 linear 8:0 x").getMessage());
  }

  @Test
  void refusesTypesThatAreNotThereBeforeTheirGap() throws TableSyntaxException {
    List<Rule> rules = rules("0 8 zero", "9 8 nosuch");
    InvalidTableException e =
        assertThrows(
            InvalidTableException.class, () -> MappingTable.of(rules, "zero"::equals, false));
    assertEquals("nosuch: unknown target type", e.problem().kernelText());
    assertEquals(new Position(2, 5), e.problem().position());
  }

  @Test
  void refusesRulesThatNoTextCouldSpell() {
    List<Rule> rules =
        List.of(
            new Rule(Sectors.ZERO, new Sectors(8), "", "# \n"),
            new Rule(new Sectors(9), new Sectors(8), "a b", "\0"));
    InvalidTableException e =
        assertThrows(InvalidTableException.class, () -> MappingTable.of(rules));
    assertEquals(new Position(2, 1), e.problem().position());
  }

  @Test
  void refusesMoreRulesThanAKernelTakes() {
    List<Rule> rules = equalRules((1 << 20) + 1);
    InvalidTableException e =
        assertThrows(InvalidTableException.class, () -> MappingTable.of(rules));
    assertEquals(Errno.EOVERFLOW, e.problem().errno());
  }

  @Test
  void agreesWithALinearScan() throws InvalidTableException {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      List<Rule> rules = new ArrayList<>();
      long end = 0;
      for (int n = 1 + random.nextInt(40); n > 0; n--) {
        long length = 1 + (random.nextBoolean() ? random.nextInt(4) : random.nextLong() >>> 16);
        rules.add(new Rule(new Sectors(end), new Sectors(length), "zero", ""));
        end += length;
      }
      MappingTable table = MappingTable.of(rules);
      for (int i = 0; i < rules.size(); i++) {
        Rule rule = rules.get(i);
        long start = rule.start().count();
        long after = rule.end().count();
        for (long sector : new long[] {start - 1, start, after - 1, after}) {
          assertEquals(scan(rules, sector), table.find(sector));
        }
      }
    }
  }

  private static int scan(List<Rule> rules, long sector) {
    for (int i = 0; i < rules.size(); i++) {
      if (sector >= rules.get(i).start().count() && sector < rules.get(i).end().count()) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void aLookupInAMillionRulesAllocatesNothing() throws InvalidTableException {
    MappingTable table = MappingTable.of(equalRules(1_000_000));
    lookUp(table, 100_000);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    threads.getThreadAllocatedBytes(self);
    long before = threads.getThreadAllocatedBytes(self);
    long found = lookUp(table, 1_000_000);
    long allocated = threads.getThreadAllocatedBytes(self) - before;
    assertTrue(found > 0);
    // Asking allocates a little itself; an object a lookup would be 16 million bytes.
    assertTrue(allocated < 10_000, allocated + " bytes");
  }

  private static long lookUp(MappingTable table, int times) {
    long sum = 0;
    long sector = 1;
    for (int i = 0; i < times; i++) {
      sector = (sector * 6364136223846793005L + 1442695040888963407L) >>> 1;
      int rule = table.find(sector % table.length().count());
      sum += rule;
      if (rule != sector % table.length().count() / 8) {
        throw new AssertionError(sector % table.length().count() + " found in " + rule);
      }
    }
    return sum;
  }

  private static List<Rule> equalRules(int count) {
    List<Rule> rules = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rules.add(new Rule(new Sectors(i * 8L), new Sectors(8), "zero", ""));
    }
    return rules;
  }

  // --- features of types (include/linux/device-mapper.h, DM_TARGET_SINGLETON and its siblings)
  // ----

  private static String refusal(boolean readOnly, String... lines) throws TableSyntaxException {
    List<Rule> rules = rules(lines);
    return assertThrows(
            InvalidTableException.class, () -> MappingTable.of(rules, type -> true, readOnly))
        .problem()
        .kernelText();
  }

  @Test
  void someTypesStandAlone() throws Exception {
    String pool = "thin-pool 8:0 8:16 128 0";
    assertEquals(
        "target type thin-pool must appear alone in table",
        refusal(false, "0 8 " + pool, "8 8 zero"));
    assertEquals(
        "singleton target type must appear alone in table",
        refusal(false, "0 8 zero", "8 8 " + pool));
  }

  @Test
  void someTypesWantToWrite() throws Exception {
    assertEquals(
        "target type may not be included in a read-only table",
        refusal(true, "0 8 thin-pool 8:0 8:16 128 0"));
    table("0 8 thin-pool 8:0 8:16 128 0");
  }

  @Test
  void someTypesMixWithNoOther() throws Exception {
    String verity = "verity 1 8:0 8:16 4096 4096 1 1 sha256 00 -";
    String text = "immutable target type cannot be mixed with other target types";
    assertEquals(text, refusal(false, "0 8 " + verity, "8 8 zero"));
    assertEquals(text, refusal(false, "0 8 zero", "8 8 " + verity));
    MappingTable two = table("0 8 " + verity, "8 8 " + verity);
    assertEquals("verity", two.immutableType());
    assertTrue(table("0 8 zero", "8 8 error").hasWildcard());
  }
}
