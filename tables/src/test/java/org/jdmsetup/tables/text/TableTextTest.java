package org.jdmsetup.tables.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.Problem;
import org.jdmsetup.tables.check.TableProblems;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class TableTextTest {

  private static ParsedTable parse(String text) throws TableSyntaxException {
    return TableText.parse(text, TableSource.STDIN);
  }

  private static TableSyntaxException refused(String text, TableSource source) {
    return assertThrows(TableSyntaxException.class, () -> TableText.parse(text, source));
  }

  @Test
  void twoDisksAsOne() throws TableSyntaxException {
    ParsedTable table =
        parse("# two disks\n0 1028160 linear /dev/hda 0\n\n1028160 3903762 linear /dev/hdb 0\n");
    assertEquals(
        List.of(
            new Rule(Sectors.ZERO, new Sectors(1028160), "linear", "/dev/hda 0"),
            new Rule(new Sectors(1028160), new Sectors(3903762), "linear", "/dev/hdb 0")),
        table.rules());
    assertEquals("1028160 3903762 linear /dev/hdb 0", table.rules().get(1).toString());
  }

  @Test
  void paramsKeepInnerBlanksAndThoseBeforeAComment() throws TableSyntaxException {
    assertEquals("7:0  0   ", parse("0 8 linear 7:0  0   # c").rules().get(0).params());
    assertEquals("7:0  0", parse("0 8 linear 7:0  0   ").rules().get(0).params());
  }

  @Test
  void aLineWithoutParamsPrintsItsBlank() throws TableSyntaxException {
    assertEquals("0 8 error ", parse("0 8 error").rules().get(0).toString());
  }

  @Test
  void numbersWrapAndSaturateAsInC() throws TableSyntaxException {
    assertEquals(-1, parse("-1 8 zero").rules().get(0).start().count());
    assertEquals(-1, parse("18446744073709551615 8 zero").rules().get(0).start().count());
    assertEquals(-1, parse("18446744073709551616 8 zero").rules().get(0).start().count());
    assertEquals("18446744073709551611 8 zero ", parse("-5 8 zero").rules().get(0).toString());
    assertEquals(1, parse("-18446744073709551615 8 zero").rules().get(0).start().count());
    assertEquals(
        new Rule(Sectors.ZERO, Sectors.ZERO, "x10", "zero"), parse("0 0x10 zero").rules().get(0));
  }

  @Test
  void nothingIsATableWithoutRules() throws TableSyntaxException {
    assertEquals(List.of(), parse("").rules());
    assertEquals(List.of(), TableProblems.of(parse("\n  \n# nothing")));
  }

  private static final String A_RULE =
      "; a rule is START LENGTH TYPE PARAMETERS, as in '0 2048 linear /dev/sdb 0'";

  @Test
  void messagesAreDmsetupsAndReasonsOurs() {
    TableSyntaxException e = refused("\n# c\n  0 x linear", TableSource.STDIN);
    assertEquals("Invalid format on line 3 of table on stdin.", e.getMessage());
    assertEquals("line 3, column 5: 'x': expected a length in sectors" + A_RULE, e.reason());
    e = refused("0 8", TableSource.file("t.table"));
    assertEquals("Invalid format on line 1 of table t.table.", e.getMessage());
    assertEquals("line 1, column 4: the line ends: expected a target type" + A_RULE, e.reason());
    e = refused("0x10 8 zero", TableSource.OPTION);
    assertEquals("Invalid format on line 1 of table .", e.getMessage());
    assertEquals(
        "line 1, column 1: '0x10': expected a start sector; numbers are decimal:"
            + " hexadecimal 0x10 is 16",
        e.reason());
    e = refused("0 8 abcdefghijklmnop x", TableSource.OPTION);
    assertEquals("Target type name abcdefghijklmnop is too long.", e.getMessage());
    assertEquals(
        "line 1, column 5: target type 'abcdefghijklmnop' of 16 bytes: expected at most 15 bytes",
        e.reason());
  }

  @Test
  void everyWordHasItsPlace() throws TableSyntaxException {
    ParsedTable table = parse("#\n\t0  8zero\n  8 8 linear 7:0\\ 12 # c\n");
    assertEquals(new Position(2, 2), table.position(0, 0));
    assertEquals(new Position(2, 5), table.position(0, 1));
    assertEquals(new Position(2, 6), table.position(0, 2));
    assertEquals(new Position(3, 3), table.position(1, 0));
    assertEquals(new Position(3, 7), table.position(1, 2));
    assertEquals(new Position(3, 14), table.position(1, 3));
    assertEquals(new Position(3, 19), table.position(1, 4));
  }

  @Test
  void bytesThatAreNoTextPassThrough() throws TableSyntaxException {
    byte[] bytes = {'0', ' ', '8', ' ', 'x', ' ', (byte) 0xff, (byte) 0xc3, (byte) 0xa4};
    Rule rule = parse(ByteText.of(bytes)).rules().get(0);
    Assertions.assertArrayEquals(
        new byte[] {(byte) 0xff, (byte) 0xc3, (byte) 0xa4}, ByteText.bytes(rule.params()));
    assertEquals("ä", ByteText.unicode(rule.params().substring(1)));
  }

  @Test
  void arbitraryTextGivesATableOrASyntaxError() {
    Random random = new Random(20260101);
    String[] pieces = {
      "0",
      "8",
      "-",
      "+",
      "18446744073709551616",
      " ",
      " ",
      "\t",
      "\n",
      "#",
      "\\",
      "\0",
      "linear",
      "striped",
      "zero",
      "error",
      "7:0",
      "2",
      "\u00a0",
      "\u00ff",
      "x",
      "nbd://h/e",
      "\u20ac",
      "4096:0"
    };
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        ParsedTable table = parse(text.toString());
        TableProblems.of(table).forEach(Problem::reason);
        TableProblems.refusal(table, device -> true);
        read++;
      } catch (TableSyntaxException e) {
        assertTrue(e.reason().startsWith("line " + e.position().line() + ", column "));
      }
    }
    assertTrue(read > 1000, read + " of the texts were tables");
  }

  @Test
  void whatItPrintsItReads() throws TableSyntaxException {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Rule rule =
          new Rule(
              new Sectors(random.nextLong()),
              new Sectors(random.nextLong()),
              "t" + random.nextInt(1000),
              random.nextBoolean() ? "" : "7:0 \\ " + random.nextInt() + "\t\u00e9");
      assertEquals(List.of(rule), parse(rule.toString()).rules());
    }
  }

  @Test
  void aMillionLinesAreReadAndCheckedQuickly() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1_000_000; i++) {
      text.append(i * 8L).append(" 8 linear /dev/sda ").append(i * 16L).append('\n');
    }
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          ParsedTable table = parse(text.toString());
          assertEquals(1_000_000, table.rules().size());
          assertEquals(List.of(), TableProblems.of(table));
        });
  }
}
