package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jdmsetup.cli.command.Commands;
import org.jdmsetup.cli.output.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines that are refused, and what dmsetup 1.02.185 says about them. */
class CommandLineTest {
  private static final String TRAILER = "Couldn't process command line.\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--foo          | dmsetup: unrecognized option '--foo'",
        "--foo=bar      | dmsetup: unrecognized option '--foo=bar'",
        "-Z             | dmsetup: invalid option -- 'Z'",
        "-vZ help       | dmsetup: invalid option -- 'Z'",
        "udevflags -1   | dmsetup: invalid option -- '1'",
        "--table        | dmsetup: option '--table' requires an argument",
        "--tabl         | dmsetup: option '--table' requires an argument",
        "-o             | dmsetup: option requires an argument -- 'o'",
        "--tree=1 ls    | dmsetup: option '--tree' doesn't allow an argument",
        "--ver          | dmsetup: option '--ver' is ambiguous; possibilities: '--verbose' '--verifyudev' '--version'",
        "--u=x          | dmsetup: option '--u=x' is ambiguous; possibilities: '--udevcookie' '--uid' '--units' '--uuid' '--unbuffered' '--unquoted' '--userdata'",
        "--count -3 ls  | Count must be zero or greater.",
        "--interval=x   | Interval must be a positive integer.",
        "-M 0 ls        | `Invalid argument for --mode: 0. `",
        "-M 99 ls       | `Invalid argument for --mode: 99. `",
        "-M 7777777777777777777777 | Invalid argument for --mode: 7777777777777777777777. Numerical result out of range",
        "--manglename x | Unknown name mangling mode.",
        "--readahead -5 | Negative read ahead value (-5) is not understood.",
        "-j 3 help      | Please specify both major number and minor number.",
        "-n --table x   | --table and --notable are incompatible.",
        "--addnodeonr --addnodeonc help | --addnodeonresume and --addnodeoncreate are incompatible.",
        "-o devno,foo,bar help | Option not recognised: foo,bar.",
        "--tree -o dev,foo ls | Tree options not recognised: foo.",
        "--backend x ls | Unknown backend 'x': it is auto, kernel or engine.",
      })
  void isRefusedWith(String line, String message) {
    Ran ran = Ran.dmsetup(line.split(" "));

    assertTrue(ran.err().startsWith(message + "\n" + TRAILER), ran.err());
    assertEquals("", ran.out());
    assertEquals(1, ran.status());
  }

  @Test
  void helpOrVersionSeenBeforeAnErrorMakeTheStatusZero() {
    assertEquals(0, Ran.dmsetup("-h", "--bogus").status());
    assertEquals(0, Ran.dmsetup("--version", "--bogus").status());
    assertEquals(1, Ran.dmsetup("--bogus", "-h").status());
  }

  @Test
  void longVerboseSwallowsAWord() {
    Ran ran = Ran.dmsetup("--verbose", "ls");

    assertEquals(Usage.dmsetup(), ran.err());
    assertEquals(1, ran.status());
    assertEquals(
        "DM_UDEV_FLAG7='1'\n", Ran.dmsetup("--verbose", "1", "udevflags", "0x800000").out());
  }

  @Test
  void operandsAndOptionsMix() {
    assertEquals(
        "DM_UDEV_FLAG7='1'\n",
        Ran.dmsetup("udevflags", "-ofoo", "--tree", "-vodev", "0x800000").out());
  }

  @Test
  void posixlyCorrectEndsOptionsAtTheFirstOperand() {
    Map<String, String> environment = Map.of("POSIXLY_CORRECT", "1");

    Ran ran = Ran.with("dmsetup", environment, "", null, "udevflags", "1", "-Z");

    assertEquals("Incorrect number of arguments.", ran.firstError());
  }

  @Test
  void doubleDashEndsOptions() {
    assertEquals("Incorrect cookie value.", Ran.dmsetup("udevflags", "--", "-x").firstError());
  }

  @Test
  void aNameTypedInFullIsNotAmbiguous() {
    assertEquals(Usage.dmsetup(), Ran.dmsetup("--area", "--region", "--group", "help").err());
  }

  @Test
  void ourOptionsAreKnownByTheirWholeNameOnly() {
    assertEquals(
        "dmsetup: unrecognized option '--backen'", Ran.dmsetup("--backen", "kernel").firstError());
    assertFalse(Ran.dmsetup("--=").err().contains("backend"));
    assertEquals(0, Ran.dmsetup("--backend", "kernel", "help").status());
  }

  @Test
  void anUnusableCookieIsReportedAndForgotten() {
    Ran ran = Ran.dmsetup("--udevcookie", "x", "help");

    assertEquals("Incorrect cookie value.\n" + Usage.dmsetup(), ran.err());
    assertEquals(0, ran.status());
  }

  @Test
  void noCommandShowsTheUsage() {
    Ran ran = Ran.dmsetup();

    assertEquals(Usage.dmsetup(), ran.err());
    assertEquals("", ran.out());
    assertEquals(1, ran.status());
  }

  @Test
  void anUnknownCommandGetsTheUsageAndThenASuggestion() {
    Ran ran = Ran.dmsetup("remvoe");

    assertEquals(
        "Unknown command.\n" + Usage.dmsetup() + "dmsetup: did you mean 'remove'?\n", ran.err());
    assertEquals(1, ran.status());
    assertEquals("Unknown command.\n" + Usage.dmsetup(), Ran.dmsetup("frobnicate").err());
  }

  @Test
  void anUnknownOptionGetsASuggestion() {
    assertTrue(Ran.dmsetup("--colunms").err().endsWith("dmsetup: did you mean '--columns'?\n"));
  }

  @ParameterizedTest
  @CsvSource({"help foo", "create a b c", "rename", "message a", "ls x", "setgeometry a 1 2 3"})
  void operandsAreCounted(String line) {
    Ran ran = Ran.dmsetup(line.split(" "));

    assertEquals("Incorrect number of arguments.\n" + Usage.dmsetup(), ran.err());
    assertEquals(1, ran.status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create                    | Please provide a name for the new device.",
        "load -n x                 | --notable only available when creating new device.",
        "load                      | Please specify device.",
        "load -u x a b             | Too many command line arguments.",
        "wait                      | No device specified.",
        "wipe_table                | No device specified.",
        "create --concise --table x | --concise is incompatible with --[no]table, --minor, --uuid and --inactive.",
        "create --concise a b      | dmsetup create --concise takes at most one argument",
        "udevflags x               | Incorrect cookie value.",
      })
  void aCommandFailsBeforeItNeedsADriver(String line, String message) {
    Ran ran = Ran.dmsetup(line.split(" "));

    assertEquals(message + "\nCommand failed.\n", ran.err());
    assertEquals(1, ran.status());
  }

  @Test
  void repeatsAsOftenAsAsked() {
    Ran ran = Ran.dmsetup("--count", "3", "udevflags", "0x10000");

    assertEquals("DM_UDEV_DISABLE_DM_RULES_FLAG='1'\n".repeat(3), ran.out());
  }

  @ParameterizedTest
  @CsvSource({"stats list", "stats report -c"})
  void whatIsMissingSaysSo(String line) {
    Ran ran = Ran.dmsetup(line.split(" "));

    assertTrue(ran.err().endsWith(" is not available yet.\n"), ran.err());
    assertEquals(1, ran.status());
  }

  @Test
  void helpWithColumnsListsTheFieldsOfReports() {
    Ran asCommand = Ran.dmsetup("help", "-c");
    Ran asOption = Ran.dmsetup("-h", "-c");

    assertEquals(0, asCommand.status());
    assertTrue(asCommand.err().startsWith("Usage:\n"), asCommand.err());
    assertTrue(asCommand.err().contains("\nMapped Device Name Fields\n"), asCommand.err());
    assertEquals(asCommand, asOption);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "table -c -O name | --sort is not yet supported with status and table.",
        "info -c --units x | Invalid --units argument.",
        "ls --units '' | Invalid --units argument.",
        "info -c --noheadings --headings full | Only one of --headings and --noheadings permitted."
      })
  void reportOptionsThatMakeNoSense(String line, String error) {
    Ran ran = Ran.dmsetup(line.replace("''", "").split(" ", -1));

    assertEquals(1, ran.status());
    assertEquals(error + "\n", ran.err());
  }

  @Test
  void treeOptionsThatNobodyKnows() {
    Ran ran = Ran.dmsetup("ls", "--tree", "-o", "compact,name,ascii");

    assertEquals(
        "Tree options not recognised: name,ascii.\nCouldn't process command line.\n", ran.err());
    assertEquals(1, ran.status());
  }

  @Test
  void splitnameReports() {
    Ran ran = Ran.dmsetup("splitname", "vg0-lvol0", "--count", "2", "-o", "+subsystem");

    assertEquals(
        """
        VG   LV    LVLayer Subsys
        vg0  lvol0         LVM\s\s\s

        VG   LV    LVLayer Subsys
        vg0  lvol0         LVM\s\s\s
        """,
        ran.out());
    assertEquals(0, ran.status());
  }

  @Test
  void anArgumentMayLookLikeAnotherOptionThatIsGiven() {
    Ran ran = Ran.dmsetup("splitname", "-O", "-Selected", "-S", "vg_name=a", "--noheadings", "a-b");

    assertEquals("a:b:\n", ran.out());
  }

  @Test
  void aReportThatCannotBeMadeHasNoTrailer() {
    Ran ran = Ran.dmsetup("splitname", "-S", "(vg_name=a", "a-b");

    assertEquals("Syntax error: right parenthesis expected at ''\n", ran.err());
    assertEquals(1, ran.status());
  }

  @Test
  void deviceDirectoryMustBeAbsolute() {
    Ran ran = Ran.with("dmsetup", Map.of("DM_DEV_DIR", "dev"), "", null, "help");

    assertEquals("Invalid DM_DEV_DIR environment variable value.\n", ran.err());
    assertEquals(1, ran.status());
  }

  @Test
  void theNameDecidesWhatWeAre() {
    assertEquals(Usage.stats("dmstats"), Ran.as("/usr/sbin/dmstats").err());
    assertEquals("Usage: devmap_name <major> <minor>\n\n" + TRAILER, Ran.as("./devmap_name").err());
    assertEquals("dmlosetup: Please specify loop_device.", Ran.as("x/dmlosetup").firstError());
    assertEquals("losetup: Please specify loop_device.", Ran.as("losetup").firstError());
    assertEquals("x/dm: invalid option -- 'Z'", Ran.as("x/dm", "-Z").firstError());
  }

  @Test
  void everyCommandOfTheUsageIsKnown() {
    for (String word : Commands.words()) {
      boolean ours = word.equals("check");
      assertEquals(!ours, Usage.dmsetup().contains("\n\t" + word + " "), word);
      assertTrue(Commands.of(word) != null, word);
    }
  }
}
