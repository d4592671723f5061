package org.jdmsetup.engine.control.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TestContext;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.MappingTable;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.junit.jupiter.api.Test;

/**
 * Tables over 7:0 with 512-byte blocks and 7:1 with 4096-byte blocks, 8192 sectors each: what
 * becomes of their limits, and which are refused. The outcomes are those of Linux 6.1 with loop
 * devices.
 */
final class LiveTableCheckTest {

  private record Disk(DeviceNumber number) implements Backing {
    @Override
    public int logicalBlockSize() {
      return number.minor() == 1 ? 4096 : 512;
    }

    @Override
    public long sizeSectors() {
      return 8192;
    }

    @Override
    public Identity identity() {
      return Identity.NONE;
    }

    @Override
    public String tableWord() {
      return number.toString();
    }

    @Override
    public String description() {
      return tableWord();
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public boolean supportsDiscard() {
      return number.minor() == 0;
    }

    @Override
    public boolean supportsWriteZeroes() {
      return true;
    }

    @Override
    public void submit(Request request) {
      request.complete(Outcome.DONE);
    }

    @Override
    public boolean retain() {
      return true;
    }

    @Override
    public void release() {
      // nothing is counted
    }
  }

  private static Table table(String... lines) throws Exception {
    List<Rule> rules = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    for (String line : lines) {
      String[] words = line.split(" ", 4);
      long length = Long.parseLong(words[1]);
      String params = words.length > 3 ? words[3] : "";
      rules.add(
          new Rule(new Sectors(Long.parseLong(words[0])), new Sectors(length), words[2], params));
      TestContext context =
          new TestContext(length, ref -> new Disk(((DeviceRef.Number) ref).number()));
      targets.add(context.make(words[2], params));
    }
    return new Table(
        MappingTable.of(rules),
        targets.toArray(new Target[0]),
        false,
        List.<Backing>of(),
        new OpenedBelow());
  }

  private static Limits limits(String... lines) throws Exception {
    Table table = table(lines);
    new LiveTableCheck(table, "254:0").run();
    return table.limits();
  }

  private static String refused(String... lines) throws Exception {
    Table table = table(lines);
    Refusal refusal =
        assertThrows(Refusal.class, () -> new LiveTableCheck(table, "254:0").run(), "accepted");
    assertEquals(22, refusal.errno());
    String text = refusal.getMessage();
    return text.substring(text.indexOf("254:0: ") + "254:0: ".length());
  }

  @Test
  void devicesMustBeLargeEnough() throws Exception {
    assertEquals(
        "7:0 too small for target: start=0, len=100000, dev_size=8192",
        refused("0 100000 linear 7:0 0"));
    assertEquals(
        "7:0 too small for target: start=8192, len=1, dev_size=8192",
        refused("0 1 linear 7:0 8192"));
    limits("0 1 linear 7:0 8191");
  }

  @Test
  void areasBeginAndEndAtBlocks() throws Exception {
    assertEquals(
        "start=1 not aligned to h/w logical block size 4096 of 7:1",
        refused("0 1000 linear 7:1 1"));
    assertEquals(
        "len=1001 not aligned to h/w logical block size 4096 of 7:1",
        refused("0 1001 linear 7:1 0"));
    assertEquals(4096, limits("0 1000 linear 7:1 8").logicalBlockSize());
    assertEquals(512, limits("0 1000 linear 7:0 1").logicalBlockSize());
  }

  @Test
  void rulesMeetAtTheBlocksOfTheTable() throws Exception {
    String text = " not aligned to h/w logical block size 4096";
    assertEquals(
        "table line 1 (start sect 1001 len 24)" + text,
        refused("0 1001 linear 7:0 0", "1001 24 linear 7:1 0"));
    assertEquals(
        "table line 1 (start sect 1001 len 8)" + text,
        refused("0 1001 linear 7:0 0", "1001 8 linear 7:1 0"));
    assertEquals(
        "table line 3 (start sect 1024 len 1)" + text,
        refused("0 1000 linear 7:0 0", "1000 24 linear 7:1 0", "1024 1 linear 7:0 0"));
    // what spills over is taken by a rule of smaller blocks
    assertEquals(
        4096,
        limits("0 1001 linear 7:0 0", "1001 23 linear 7:0 0", "1024 8 linear 7:1 0")
            .logicalBlockSize());
    assertEquals(
        4096,
        limits("0 1000 linear 7:1 0", "1000 3 zero", "1003 2 zero", "1005 3 zero")
            .logicalBlockSize());
  }

  @Test
  void stripesSayWhatTheyLike() throws Exception {
    Limits limits = limits("0 1024 striped 2 16 7:0 0 7:0 2048");
    assertEquals(512, limits.physicalBlockSize());
    assertEquals(8192, limits.ioMinBytes());
    assertEquals(16384, limits.ioOptBytes());
    limits = limits("0 1024 striped 2 16 7:1 0 7:1 2048");
    assertEquals(4096, limits.logicalBlockSize());
    assertEquals(8192, limits.ioMinBytes());
  }

  @Test
  void discardsGoWhereAllRulesAndDevicesHaveThem() throws Exception {
    assertTrue(limits("0 1000 linear 7:0 0").canDiscard());
    assertFalse(limits("0 1000 linear 7:1 0").canDiscard());
    Limits mixed = limits("0 1000 linear 7:0 0", "1000 24 zero");
    assertFalse(mixed.canDiscard());
    assertEquals(0, mixed.discardGranularityBytes());
    assertFalse(mixed.canWriteZeroes());
    assertFalse(limits("0 1000 zero").canDiscard());
    assertFalse(limits("0 1000 error").canDiscard());
  }
}
