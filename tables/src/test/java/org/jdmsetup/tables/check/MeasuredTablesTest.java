package org.jdmsetup.tables.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableSyntaxException;
import org.jdmsetup.tables.text.TableText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each table of measured-tables.txt is taken as dmsetup and a real kernel took it. */
class MeasuredTablesTest {

  private static final DeviceProbe LOOPS =
      device -> Set.of("7:0", "7:1", "/dev/loop0").contains(device.toString());

  /** Kernel numbers wrap around; ours say so and leave the decision to the kernel. */
  private static final Set<String> WRAPPING =
      Set.of(
          "0 8 linear 7:0 18446744073709551621\n",
          "0 8 linear 4294967303:0 0\n",
          "0 8 linear 18446744073709551623:0 0\n",
          "0 2048 switch 4294967298 128 0 7:0 0 7:1 0\n",
          "0 2048 flakey 7:0 0 4294967296 2\n",
          "0 1024 mirror core 4294967297 64 2 7:0 0 7:1 0\n",
          "0 1024 mirror core 1 4294967360 2 7:0 0 7:1 0\n",
          "0 1024 mirror core 1 64 4294967298 7:0 0 7:1 0\n",
          "0 1024 mirror core 1 64 2 7:0 0 7:1 0 4294967297 handle_errors\n");

  static List<Arguments> measured() throws IOException {
    try (BufferedReader file =
        new BufferedReader(
            new InputStreamReader(
                MeasuredTablesTest.class.getResourceAsStream("measured-tables.txt"),
                StandardCharsets.US_ASCII))) {
      List<Arguments> cases =
          file.lines()
              .filter(line -> line.indexOf('\t') >= 0)
              .map(line -> line.split("\t", 2))
              .map(half -> Arguments.of(half[0], half[1]))
              .toList();
      assertTrue(cases.size() > 100);
      return cases;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measured")
  void asMeasured(String escapedText, String outcome) throws TableSyntaxException {
    String text = unescape(escapedText);
    String[] words = outcome.split(" ", 2);
    TableSource file = TableSource.file("FILE");
    switch (words[0]) {
      case "syntax" -> {
        TableSyntaxException e =
            assertThrows(TableSyntaxException.class, () -> TableText.parse(text, file));
        assertEquals(unescape(words[1]), e.getMessage());
      }
      case "refused" -> {
        String[] refusal = words[1].split(" ", 2);
        refused(TableText.parse(text, file), refusal[0], refusal[1]);
      }
      case "table" -> accepted(text, TableText.parse(text, file), unescape(words[1]));
      default -> throw new AssertionError(outcome);
    }
  }

  private static void refused(ParsedTable table, String errno, String kernelText) {
    List<Problem> problems = TableProblems.of(table);
    boolean knowable =
        !errno.equals("ENODEV")
            && !kernelText.contains("too small for target")
            && !kernelText.contains("unknown target type");
    if (!knowable) {
      assertTrue(
          problems.isEmpty()
              || TableProblems.refusal(table, LOOPS).isEmpty()
              || kernelText.contains("unknown"),
          problems.toString());
      return;
    }
    Problem first = problems.get(0);
    assertEquals(kernelText, first.kernelText());
    assertEquals(
        switch (errno) {
          case "EINVAL" -> Errno.EINVAL;
          case "EOVERFLOW" -> Errno.EOVERFLOW;
          case "ENOMEM" -> Errno.ENOMEM;
          default -> throw new AssertionError(errno);
        },
        first.errno());
    assertEquals(first.certain(), TableProblems.refusal(table, LOOPS).isPresent());
    assertEquals(!errno.equals("ENOMEM"), first.certain());
  }

  private static void accepted(String text, ParsedTable table, String printed) {
    assertTrue(TableProblems.refusal(table, LOOPS).isEmpty());
    if (WRAPPING.contains(text)) {
      assertFalse(TableProblems.of(table).get(0).certain());
      return;
    }
    assertEquals(List.of(), TableProblems.of(table));
    String canonical =
        table.rules().stream().map(MeasuredTablesTest::canonicalLine).collect(Collectors.joining());
    assertEquals(printed, canonical);
  }

  private static String canonicalLine(Rule rule) {
    try {
      TargetParams params = TargetParams.parseTyped(rule.type(), rule.length(), rule.params());
      String text = params.text(MeasuredTablesTest::numberOfLoop);
      return new Rule(rule.start(), rule.length(), rule.type(), text) + "\n";
    } catch (ParamsException e) {
      throw new AssertionError(e);
    }
  }

  /** The names that Linux 6.1 takes for 7:0 in the measured tables. */
  private static String numberOfLoop(DeviceRef device) {
    boolean first = Stream.of("/dev/loop0", "700", "7:0:0").anyMatch(device.toString()::equals);
    return first ? "7:0" : device.toString();
  }

  private static String unescape(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escape = escaped.charAt(++i);
      switch (escape) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'x' -> {
          text.append((char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> text.append(escape);
      }
    }
    return text.toString();
  }
}
