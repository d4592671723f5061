package org.jdmsetup.tables.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** All that is wrong with a text at once, and where. */
class CheckTest {
  private static final String A_RULE =
      "; a rule is START LENGTH TYPE PARAMETERS, as in '0 2048 linear /dev/sdb 0'";

  private static List<String> table(String... lines) {
    return shown(TableCheck.of(String.join("\n", lines)));
  }

  private static List<String> concise(String text) {
    return shown(ConciseCheck.of(text));
  }

  private static List<String> shown(List<Finding> findings) {
    return findings.stream()
        .map(
            each ->
                each.position().line()
                    + ":"
                    + each.position().column()
                    + " "
                    + each.found()
                    + " / "
                    + each.expected())
        .toList();
  }

  @Test
  void aGoodTableHasNoFindings() {
    assertEquals(
        List.of(), table("# two rules", "0 8 linear /dev/sda 0", "", "8 8 third-party a b", ""));
  }

  @Test
  void everyLineIsLookedAt() {
    assertEquals(
        List.of(
            "1:3 'x' / a length in sectors" + A_RULE,
            "2:15 linear: 1 parameter / 2, a device and its start sector",
            "4:1 rule starts at sector 20, but the rule before ends at 16 / start 16 (gap of 4"
                + " sectors)",
            "5:6 target type 'zerro' / 'zero' or another one that 'dmsetup targets' lists"),
        table("0 x zero", "8 8 linear 7:0", "# a comment", "20 4 error", "24 1 zerro"));
  }

  @Test
  void whereARuleShouldStartAfterAnUnreadableOneIsAnybodysGuess() {
    assertEquals(
        List.of("2:1 'eight' / a start sector" + A_RULE),
        table("0 8 zero", "eight 8 zero", "16 8 zero"));
  }

  @Test
  void theFirstRuleStartsAtZero() {
    assertEquals(
        List.of("1:1 the first rule starts at sector 8 / start 0"), table("8 8 zero", "16 1 zero"));
  }

  @Test
  void aGoodConciseTextHasNoFindings() {
    assertEquals(
        List.of(), concise("a,U1,3,ro,0 8 zero,8 8 linear 7:0 0;\nb,,,,0 1 error;c\\,\\;,,,rw,\n"));
  }

  @Test
  void findingsInTheTablesOfAConciseTextStandWhereTheyStandInTheText() {
    assertEquals(
        List.of(
            "1:25 'x' / a length in sectors" + A_RULE,
            "2:23 rule starts at sector 9, but the rule before ends at 8 / start 8 (gap of 1"
                + " sector)"),
        concise("a,,,,0 8 linear 7:0 0,8 x zero;\nb\\,b,,,rw,  0 8 zero, 9 1 error"));
  }

  @Test
  void fieldsOfAConciseText() {
    assertEquals(
        List.of(
            "1:1 no name / a name",
            "1:4 minor '1x' / a number of at most 1048575, or nothing",
            "1:7 flags 'wo' / 'ro', 'rw' or nothing",
            "1:21 name 'a/b' / one without '/'",
            "1:37 a device of 3 fields / five, separated by commas: name, uuid, minor, flags,"
                + " table"),
        concise(",U,1x,wo,0 1 zero; a/b,,,,0 1 zero; c,,"));
  }

  @Test
  void devicesOfAConciseTextMustDiffer() {
    assertEquals(
        List.of(
            "1:17 name 'a' / another than that of device 1",
            "1:19 UUID 'U' / another than that of device 1",
            "1:21 minor '1' / another than that of device 1"),
        concise("a,U,1,,0 1 zero;a,U,1,,0 1 zero"));
  }

  @Test
  void aBackslashAtTheEnd() {
    assertEquals(
        List.of("1:14 a backslash at the end / another char after it"), concise("a,,,,0 1 zero\\"));
  }

  @Test
  void whichOfTheTwo() {
    assertTrue(ConciseCheck.looksConcise("# x\na,,,,0 1 zero"));
    assertTrue(ConciseCheck.looksConcise("7,,,,0 1 zero"));
    assertTrue(ConciseCheck.looksConcise("my dev,,,,0 1 zero"));
    assertFalse(ConciseCheck.looksConcise("0 8 linear /dev/a,b 0"));
    assertFalse(ConciseCheck.looksConcise("0 x zero"));
    assertFalse(ConciseCheck.looksConcise("nonsense"));
    assertFalse(ConciseCheck.looksConcise(""));
  }
}
