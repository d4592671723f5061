package org.jdmsetup.tables.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableSyntaxException;
import org.jdmsetup.tables.text.TableText;
import org.junit.jupiter.api.Test;

/** What kernels would refuse in a typed table, how it is told, and when no kernel is asked. */
class TableProblemsTest {

  private static ParsedTable table(String... lines) {
    try {
      return TableText.parse(String.join("\n", lines), TableSource.OPTION);
    } catch (TableSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static String reason(String... lines) {
    return TableProblems.of(table(lines)).get(0).reason();
  }

  @Test
  void gapsAndOverlaps() {
    assertEquals(
        "line 2, column 1: rule starts at sector 100, but the rule before ends at 50:"
            + " expected start 50 (gap of 50 sectors)",
        reason("0 50 zero", "100 50 zero"));
    assertEquals(
        "line 2, column 1: rule starts at sector 40, but the rule before ends at 50:"
            + " expected start 50 (overlap of 10 sectors)",
        reason("0 50 zero", "40 50 zero"));
    assertEquals(
        "line 2, column 1: rule starts at sector 51, but the rule before ends at 50:"
            + " expected start 50 (gap of 1 sector)",
        reason("0 50 zero", "51 50 zero"));
    assertEquals(
        "line 1, column 1: the first rule starts at sector 1: expected start 0",
        reason("1 8 zero"));
  }

  @Test
  void lengths() {
    assertEquals("line 1, column 3: length 0: expected at least 1 sector", reason("0 0 zero"));
    assertEquals(
        "line 1, column 3: rule of 18014398509481984 sectors from sector 0:"
            + " expected an end of at most 18014398509481983",
        reason("0 18014398509481984 zero"));
    assertEquals(List.of(), TableProblems.of(table("0 18014398509481983 zero")));
  }

  @Test
  void parameters() {
    assertEquals(
        "line 1, column 16: linear: 1 parameter: expected 2, a device and its start sector",
        reason("0 8 linear  7:0"));
    assertEquals(
        "line 1, column 18: linear: 3 parameters: expected 2, a device and its start sector",
        reason("0 8 linear 7:0 0 0"));
    assertEquals(
        "line 1, column 16: linear: '1M': expected a sector number in decimal digits"
            + "; 1 MiB is 2048 sectors of 512 bytes",
        reason("0 8 linear 7:0 1M"));
    assertEquals(
        "line 1, column 12: linear: '4096:0': expected a major number of at most 4095"
            + " and a minor number of at most 1048575",
        reason("0 8 linear 4096:0 0"));
    assertEquals(
        "line 1, column 13: striped: rule of 9 sectors on 2 stripes:"
            + " expected a multiple of 2, such as 8",
        reason("0 9 striped 2 4 7:0 0 7:1 0"));
    assertEquals(
        "line 1, column 16: striped: rule of 10 sectors on 2 stripes in chunks of 4:"
            + " expected a multiple of 8, such as 8",
        reason("0 10 striped 2 4 7:0 0 7:1 0"));
    assertEquals(
        "line 1, column 22: striped: 4 parameters: expected 6, a device and its start sector for"
            + " each of 2 stripes among them",
        reason("0 8 striped 2 4 7:0 0"));
    assertEquals("line 1, column 10: zero: 1 parameter: expected none", reason("0 8 zero x"));
  }

  @Test
  void numbersThatAreReadOtherwiseThanTheyAreTyped() {
    assertEquals(
        "line 1, column 3: '1M' (read as 1 and target type 'M'): expected a length in sectors, and"
            + " a blank after it; 1 MiB is 2048 sectors of 512 bytes",
        reason("0 1M linear a 0"));
    assertEquals(
        "line 1, column 3: '0x8' (read as 0 and target type 'x8'): expected at least 1 sector;"
            + " numbers are decimal: hexadecimal 0x8 is 8",
        reason("0 0x8 zero"));
    assertEquals(
        "line 1, column 3: rule of length '-8' (read as 18446744073709551608) from sector 0:"
            + " expected an end of at most 18014398509481983; negative numbers mean nothing here",
        reason("0 -8 zero"));
    assertEquals(
        "line 1, column 3: rule of length '99999999999999999999' (read as 18446744073709551615)"
            + " from sector 0: expected an end of at most 18014398509481983; it needs more than 64"
            + " bits",
        reason("0 99999999999999999999 zero"));
    assertEquals(
        "line 1, column 1: the first rule starts at sector '-8' (read as 18446744073709551608):"
            + " expected start 0; negative numbers mean nothing here",
        TableProblems.of(table("-8 8 zero")).get(1).reason());
    assertEquals(List.of(), TableProblems.of(table("+0 08 zero")));
  }

  @Test
  void whatIsNoLineEndAndNoBlank() {
    assertEquals(
        "line 1, column 16: linear: '0\\n8': expected a sector number in decimal digits; '\\n' is"
            + " taken as a backslash and the letter n; to end a line, press Enter within the"
            + " quotes, or in bash write $'first rule\\nsecond rule'",
        reason("0 8 linear 7:0 0\\n8"));
    assertTrue(reason("0 8 linear 7:0 0\\n8 8 linear 7:1 0").contains("6 parameters: expected 2"));
    assertTrue(reason("0 8 linear 7:0 0\\n8 8 linear 7:1 0").contains("press Enter within"));
    String blank = ByteText.ofUnicode("\u00a0");
    assertTrue(reason("0 8" + blank + "zero").endsWith("may: type a plain blank"));
    assertTrue(reason("0 8 linear 7:0 0, 8 8 zero").endsWith("with --concise alone"));
  }

  @Test
  void targetTypesThatAreNearlyOnesThatKernelsHave() {
    Problem problem = TableProblems.of(table("0 8 zer")).get(0);
    assertEquals(
        "line 1, column 5: target type 'zer': expected 'zero' or another one that 'dmsetup"
            + " targets' lists",
        problem.reason());
    assertEquals("zer: unknown target type", problem.kernelText());
    assertFalse(problem.certain());
    assertEquals(List.of(), TableProblems.of(table("0 8 third-party")));
  }

  @Test
  void quotedWordsAreShortAndLeaveTheTerminalAlone() {
    assertEquals(
        "line 1, column 16: linear: '\\x1b[2J': expected a sector number in decimal digits",
        reason("0 8 linear 7:0 \033[2J"));
    assertEquals(
        "line 1, column 16: linear: '"
            + "y".repeat(80)
            + "...': expected a sector number in decimal digits",
        reason("0 8 linear 7:0 " + "y".repeat(81)));
  }

  @Test
  void allProblemsAreListedInTheKernelsOrder() {
    List<String> texts =
        TableProblems.of(
                table("1 0 linear 7:0", "1 8 zero x", "9 8 striped 0 1", "17 8 unheard-of a b c"))
            .stream()
            .map(problem -> problem.rule() + " " + problem.kernelText())
            .toList();
    assertEquals(
        List.of(
            "0 zero-length target",
            "0 Gap in table",
            "0 Invalid argument count",
            "1 No arguments required",
            "2 Invalid stripe count"),
        texts);
  }

  @Test
  void refusedWhenNothingElseCanFailBefore() {
    ParsedTable gap = table("0 8 linear /dev/a 0", "9 8 linear /dev/b 0");
    assertTrue(TableProblems.refusal(gap, device -> true).isPresent());
    assertTrue(
        TableProblems.refusal(gap, device -> device.toString().equals("/dev/a")).isPresent());
    assertFalse(
        TableProblems.refusal(gap, device -> device.toString().equals("/dev/b")).isPresent());
  }

  @Test
  void dustAnswersEinvalWithAndWithoutItsDevice() {
    assertTrue(
        TableProblems.refusal(table("0 8 dust /dev/a 0 512", "9 8 zero"), device -> false)
            .isPresent());
  }

  @Test
  void aSectorIsReadBeforeItsDevice() {
    assertTrue(
        TableProblems.refusal(table("0 8 linear /dev/nowhere x"), device -> false).isPresent());
    ParsedTable second = table("0 8 striped 2 4 /dev/a 0 /dev/b x");
    assertTrue(
        TableProblems.refusal(second, device -> device.toString().equals("/dev/a")).isPresent());
    assertTrue(TableProblems.refusal(second, device -> false).isEmpty());
  }

  @Test
  void targetsWithParametersUnknownToUsAreTheKernelsBusiness() {
    assertEquals(
        Optional.empty(),
        TableProblems.refusal(table("0 8 crypt a b", "9 8 zero"), device -> true));
    assertEquals(
        Optional.empty(),
        TableProblems.refusal(table("0 8 error 7:0 0", "9 8 zero"), device -> true));
    assertTrue(TableProblems.refusal(table("1 8 crypt a b"), device -> false).isPresent());
    assertEquals(List.of(), TableProblems.of(table("0 8 error 7:0 0")));
  }

  @Test
  void numbersThatKernelsWrapAreNotCertain() {
    ParsedTable table = table("0 8 linear 7:0 18446744073709551616");
    assertFalse(TableProblems.of(table).get(0).certain());
    assertEquals(Optional.empty(), TableProblems.refusal(table, device -> true));
  }
}
