package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;
import org.junit.jupiter.api.Test;

/**
 * {@code 0 95 switch 3 10 0 8:0 0 8:1 0 8:2 100}: regions 0 to 9 on three paths; messages as in the
 * kernel document admin-guide/device-mapper/switch.
 */
final class SwitchTargetTest {
  private final List<String> seen = new ArrayList<>();
  private final Target target = make(95, "3 10 0 8:0 0 8:1 0 8:2 100");

  private Target make(long length, String params) {
    return new TestContext(length, ref -> new RecordingDisk(ref, seen)).make("switch", params);
  }

  private void submit(Request.Op op, long sector, long sectors, int copy) {
    target.submit(new Request(r -> {}).start(op, sector, sectors, 0), copy);
  }

  /** The path of each region, a digit a region. */
  private String paths() {
    StringBuilder paths = new StringBuilder();
    for (long sector = 0; sector < 95; sector += 10) {
      seen.clear();
      submit(Request.Op.READ, sector, 1, 0);
      paths.append(seen.get(0).charAt(2));
    }
    return paths.toString();
  }

  private void message(String... words) throws TargetException {
    List<String> all = new ArrayList<>(List.of("set_region_mappings"));
    all.addAll(List.of(words));
    target.message(all);
  }

  private void refused(String text, String... words) {
    TargetException e = assertThrows(TargetException.class, () -> message(words));
    assertEquals(text, e.getMessage());
    assertEquals(Errno.EINVAL.number(), e.errno());
  }

  @Test
  void everyPathHoldsTheWholeRule() {
    submit(Request.Op.READ, 13, 2, 0);
    submit(Request.Op.WRITE, 25, 5, 0);
    submit(Request.Op.DISCARD, 29, 30, 0);
    assertEquals(List.of("8:1 13+2", "8:2 125+5", "8:2 129+30"), seen);
    assertEquals(10, target.maxIoLength().count());
  }

  @Test
  void aFlushGoesToEveryPath() {
    for (int copy = 0; copy < target.copies(Request.Op.FLUSH); copy++) {
      submit(Request.Op.FLUSH, 0, 0, copy);
    }
    assertEquals(List.of("8:0 0+0", "8:1 0+0", "8:2 0+0"), seen);
  }

  @Test
  void atFirstThePathsAreDealtOutInTurn() {
    assertEquals("0120120120", paths());
  }

  @Test
  void regionsAreSetOneByOneOrFollowTheLast() throws TargetException {
    message("3:2", ":2", ":0", "9:1");
    assertEquals("0122200121", paths());
    message(":1", "0:1");
    assertEquals("1122200121", paths());
  }

  @Test
  void aCycleRepeatsTheLastRegions() throws TargetException {
    message("0:2", ":1", "R2,8");
    assertEquals("2121212121", paths());
    message("0:0", "r1,9");
    assertEquals("0000000000", paths());
    message("1:2", ":1", ":1", "R3,5", "R1,0", ":0");
    assertEquals("0211211210", paths());
  }

  @Test
  void wordsBeforeABadOneStay() {
    refused("invalid set_region_mappings device: 3 >= 3", "0:2", "1:3", "2:0");
    assertEquals("2120120120", paths());
  }

  @Test
  void numbersAreHexadecimal() throws TargetException {
    refused("invalid set_region_mappings region number: 10 >= 10", "A:1");
    refused("invalid set_region_mappings region number: 0 + 10 >= 10", "R1,a");
    refused("invalid set_region_mappings argument: '0x1:1'", "0x1:1");
    message("10000000000000009:0"); // modulo 2 to the 64th
    assertEquals("0120120120", paths());
  }

  @Test
  void whatIsNoMappingIsRefused() {
    for (String word :
        List.of("0", "0:", ":", "0:x", "0:1:", "x:1", "R", "R1", "R1,", "R,1", "R1,1x", "R,")) {
      refused("invalid set_region_mappings argument: '" + word + "'", word);
    }
    refused("invalid set_region_mappings region number: 10 >= 10", "9:0", ":0");
    refused("invalid set_region_mappings cycle length: 2 > 1", "1:1", "R3,1");
    refused("invalid set_region_mappings cycle length: 18446744073709551615 > 0", "R0,1");
    refused(
        "invalid set_region_mappings region number: 8 + 18446744073709551615 >= 10",
        "8:0",
        "R1,ffffffffffffffff");
  }

  @Test
  void anotherMessageIsNotRecognised() {
    TargetException e =
        assertThrows(TargetException.class, () -> target.message(List.of("nonsense")));
    assertEquals("Unrecognised message received.", e.kernelText());
  }

  @Test
  void manyPathsShareAWordOfTheTable() throws TargetException {
    StringBuilder params = new StringBuilder("100 1 0");
    for (int i = 0; i < 100; i++) {
      params.append(" 8:").append(i).append(" 0");
    }
    Target many = make(1000, params.toString());
    many.message(List.of("set_region_mappings", "3e7:63", "3e6:0", "8:63", "9:62"));
    for (long sector : new long[] {7, 8, 9, 10, 997, 998, 999}) {
      many.submit(new Request(r -> {}).start(Request.Op.READ, sector, 1, 0), 0);
    }
    assertEquals(
        List.of(
            "8:7 7+1",
            "8:99 8+1",
            "8:98 9+1",
            "8:10 10+1",
            "8:97 997+1",
            "8:0 998+1",
            "8:99 999+1"),
        seen);
  }

  @Test
  void theRegionsOutliveTheEngine() throws TargetException {
    assertEquals("", target.savedState());
    message("1:2", "R1,5", "9:2");
    assertEquals("1:2 R1,5 9:2", target.savedState());
    TestContext later = new TestContext(95, ref -> new RecordingDisk(ref, seen));
    Target again =
        later.remembering(target.savedState()).make("switch", "3 10 0 8:0 0 8:1 0 8:2 100");
    assertEquals("1:2 R1,5 9:2", again.savedState());
  }

  @Test
  void moreRegionsThanMemoryHoldsAreRefused() throws ParamsException {
    long length = Long.MAX_VALUE >>> 9;
    TargetParams params = TargetParams.parse("switch", new Sectors(length), "1 1 0 8:0 0");
    TestContext context = new TestContext(length, ref -> new RecordingDisk(ref, seen));
    TargetException e =
        assertThrows(TargetException.class, () -> Targets.named("switch").make(context, params));
    assertEquals("Cannot allocate region table", e.kernelText());
    assertEquals(Errno.ENOMEM.number(), e.errno());
  }

  @Test
  void theTableIsPrintedWithoutTheRegions() {
    assertEquals("3 10 0 8:0 0 8:1 0 8:2 100", target.table());
    assertEquals("", target.info());
  }
}
