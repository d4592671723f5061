package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a driver that keeps devices in memory: what a user types, and what they see. */
class CommandsTest {
  private final SmallDriver driver = new SmallDriver();
  @TempDir private Path devices;

  private Ran run(String input, String... words) {
    return Ran.with(
        "dmsetup",
        Map.of("DM_DEV_DIR", devices.toString()),
        input,
        (settings, messages) -> new DeviceMapper(settings, messages, driver),
        words);
  }

  private String out(String... words) {
    Ran ran = run("", words);
    assertEquals(0, ran.status(), ran.err());
    return ran.out();
  }

  private void refused(String error, String... words) {
    Ran ran = run("", words);
    assertEquals(1, ran.status());
    assertTrue(ran.err().startsWith(error + "\nCommand failed.\n"), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void noDevicesIsSaidOnStandardOutput() {
    assertEquals("No devices found\n", out("ls"));
    assertEquals("No devices found\n", out("info"));
    assertEquals("No devices found\n", out("table"));
  }

  @Test
  void aTableComesFromTheOptionAFileOrStandardInput() throws Exception {
    Path file = Files.writeString(devices.resolve("two lines"), "# both\n0 5 zero\n\n 5 5 error ");
    out("create", "a", "--table", "0 8 zero");
    out("create", "b", file.toString());
    assertEquals(0, run("0 3 zero\n3 1 linear 7:0 0 # tail\n", "create", "c").status());

    assertEquals(
        "a: 0 8 zero \nb: 0 5 zero \nb: 5 5 error \nc: 0 3 zero \nc: 3 1 linear 7:0 0 \n",
        out("table"));
    assertEquals("0 8 zero \n", out("table", "a"));
    assertEquals("a: 0 8 zero \n", out("status", "--target", "zero", "a", "a").substring(0, 13));
    assertEquals(
        "a,,0,rw,0 8 zero ;b,,1,rw,0 5 zero ,5 5 error ;c,,2,rw,0 3 zero ,3 1 linear 7:0 0 \n",
        out("table", "--concise"));
  }

  @Test
  void aRefusedTableLeavesNoDevice() {
    refused(
        "device-mapper: reload ioctl on a (254:0) failed: Invalid argument",
        "create",
        "a",
        "--table",
        "0 8 refused");

    assertEquals("No devices found\n", out("ls"));
  }

  @Test
  void aBadTableNamesTheLineAfterDmsetupsOwnWords() {
    Ran ran = run("0 8 zero\n9 zero\n", "create", "a");

    assertEquals(
        "Invalid format on line 2 of table on stdin.\nCommand failed.",
        ran.err().substring(0, ran.err().indexOf("\ndmsetup: table line 2, column ")));
    assertEquals("No devices found\n", out("ls"));
  }

  @Test
  void numbersOfATableAreQuotedAsTheyWereTyped() {
    Ran ran = run("", "create", "a", "--table", "0 0x8 zero");
    assertTrue(ran.err().contains("'0x8' (read as 0 and target type 'x8')"), ran.err());
    assertTrue(ran.err().contains("hexadecimal 0x8 is 8"), ran.err());
  }

  @Test
  void aTableFileThatDoesNotOpenSaysWhy() {
    String none = devices.resolve("none").toString();
    assertEquals(
        "Couldn't open '"
            + none
            + "' for reading.\nCommand failed.\ndmsetup: "
            + none
            + ": No such file or directory.\n",
        run("", "create", "a", none).err());
    assertEquals(
        "Couldn't open '0 8 zero' for reading.\nCommand failed.\ndmsetup: It looks like a rule: a"
            + " table on the command line stands behind --table, as in --table '0 8 zero'.\n",
        run("", "create", "a", "0 8 zero").err());
    assertTrue(
        run("", "create", "a", "--table", "0", "8", "zero")
            .err()
            .endsWith(
                "\ndmsetup: a table on the command line is one word, in quotes, behind"
                    + " --table.\n"));
  }

  @Test
  void aTableWithoutARuleIsRemarkedOn() {
    String rule = "A rule is START LENGTH TYPE PARAMETERS, as in '0 2048 linear /dev/sdb 0'.\n";
    Ran empty = run("", "create", "a");
    assertEquals(
        new Ran(
            0,
            "",
            "dmsetup: There is no rule in standard input. "
                + rule
                + "dmsetup: a was made without a table, as with --notable; 'dmsetup load' gives it"
                + " one and 'dmsetup resume' starts it.\n"),
        empty);
    Ran directory = run("", "create", "b", devices.toString());
    assertTrue(
        directory.err().startsWith("dmsetup: " + devices + ": Is a directory.\n"), directory.err());
    assertEquals(new Ran(0, "", ""), run("", "create", "c", "--notable"));
    assertEquals(
        "dmsetup: There is no device in an empty text.\n", run("", "create", "--concise").err());
  }

  @Test
  void numbersOfOptionsThatAreReadOtherwiseAreRemarkedOn() {
    Ran ran = run("", "create", "a", "--major", "254", "--minor", "0x10", "--table", "0 8 zero");
    assertEquals(
        "dmsetup: --minor '0x10' is read as 0; numbers are decimal: hexadecimal 0x10 is 16.\n",
        ran.err());
    assertEquals("", run("", "create", "b", "--uid", "0", "--table", "0 8 zero").err());
    assertTrue(
        run("", "message", "a", "one", "two")
            .err()
            .startsWith("Invalid sector.\nCommand failed.\ndmsetup: 'one' stands where"));
    assertTrue(
        run("", "info", "--mode", "888")
            .err()
            .endsWith("in octal digits other than 0, such as 660.\n"));
  }

  @Test
  void aGapIsNamedWithBothNumbers() {
    Ran ran = run("", "create", "a", "--table", "0 50 zero\n100 50 zero");

    assertTrue(ran.err().startsWith("device-mapper: reload ioctl on a (254:0) failed: Invalid"));
    assertTrue(
        ran.err().contains("\nCommand failed.\ndmsetup: table line 2, column 1: "), ran.err());
    assertTrue(ran.err().contains("100"), ran.err());
    assertTrue(ran.err().contains("expected start 50"), ran.err());
    assertEquals("No devices found\n", out("ls"));
  }

  @Test
  void infoShowsStateAndSlots() {
    out("create", "a", "-u", "UUID-1", "--table", "0 8 zero");
    out("load", "a", "--table", "0 8 error");
    out("suspend", "a");

    String block = out("info", "a");

    assertTrue(block.startsWith("Name:              a\nState:             SUSPENDED\n"), block);
    assertTrue(
        block.endsWith(
            "Tables present:    LIVE & INACTIVE\n"
                + "Open count:        0\n"
                + "Event number:      3\n"
                + "Major, minor:      254, 0\n"
                + "Number of targets: 1\n"
                + "UUID: UUID-1\n\n"),
        block);
    assertEquals(block, out("info", "-u", "UUID-1"));
    assertEquals(block, out("info", "-j", "254", "-m", "0"));
    assertEquals("0 8 error \n", out("table", "--inactive", "a"));
  }

  @Test
  void resumeSwapsTheTable() {
    out("create", "a", "--table", "0 8 zero");
    out("load", "a", "--table", "0 8 error");
    out("resume", "a");

    assertEquals("0 8 error \n", out("table", "a"));
  }

  @Test
  void unknownDevices() {
    refused("Device does not exist.", "info", "x");
    refused("Device does not exist.", "status", "x");
    refused("device-mapper: table ioctl on x  failed: No such device or address", "table", "x");
    refused("device-mapper: remove ioctl on x  failed: No such device or address", "remove", "x");
    refused("No device specified.", "remove");
    refused("No device specified.", "rename", "x");
  }

  @Test
  void aFailureStopsAtItsOperand() {
    out("create", "a", "--table", "0 8 zero");
    out("create", "b", "--table", "0 8 zero");

    refused(
        "device-mapper: remove ioctl on x  failed: No such device or address",
        "remove",
        "a",
        "x",
        "b");
    assertEquals("b\t(254:1)\n", out("ls"));
  }

  @Test
  void renameAndList() {
    out("create", "a", "--table", "0 8 zero");
    out("rename", "a", "with blank");

    assertEquals("with blank\t(254:0)\n", out("ls"));
    assertEquals("with blank\t(254, 0)\n", out("ls", "--target", "zero"));
    assertEquals("", out("ls", "--target", "linear"));
    refused("Name \"x/y\" invalid. It contains \"/\".", "rename", "with blank", "x/y");
    refused("Non empty new name is required.", "rename", "with blank", "");
  }

  @Test
  void namesAreBytes() {
    out("create", "\u00c3\u00a9\u00ff", "--table", "0 8 zero");

    assertEquals("\u00c3\u00a9\u00ff\t(254:0)\n", out("ls"));
  }

  @Test
  void depsCountsAndLists() {
    out("create", "a", "--table", "0 8 zero");

    assertEquals("2 dependencies\t: (7, 1) (7, 0)\n", out("deps", "a"));
    assertEquals("a: 2 dependencies\t: (7, 1) (7, 0)\n", out("deps"));
  }

  @Test
  void keysAreHiddenUnlessAsked() {
    out("create", "a", "--table", "0 8 crypt aes-xts-plain64 00ff 0 7:0 0");

    assertEquals("0 8 crypt aes-xts-plain64 0000 0 7:0 0\n", out("table", "a"));
    assertEquals("0 8 crypt aes-xts-plain64 00ff 0 7:0 0\n", out("table", "--showkeys", "a"));
  }

  @Test
  void wipingMakesEverySectorAnError() {
    out("create", "a", "--table", "0 5 zero\n5 5 error");
    out("wipe_table", "a");

    assertEquals("0 10 error \n", out("table", "a"));
  }

  @Test
  void conciseMakesDevicesUntilOneFails() {
    Ran ran =
        run("", "create", "--concise", "a,U,,,0 1 zero,1 1 error;b,,,xx,0 1 zero;c,,,,0 1 zero");

    assertEquals(
        "Invalid flags parameter 'xx' must be 'ro' or 'rw' or empty.\nCommand failed.\n",
        ran.err());
    assertEquals("a: 0 1 zero \na: 1 1 error \n", out("table"));
  }

  @Test
  void execRunsAProgramForEachDevice() {
    out("create", "a", "--table", "0 8 zero");

    assertEquals("x " + devices + "/mapper/a\n", out("ls", "--exec", "echo x"));
  }

  @Test
  void messagesNeedASector() {
    out("create", "a", "--table", "0 8 zero");

    refused("Invalid sector.", "message", "a", "x", "hello");
  }

  @Test
  void versionHasTwoLines() {
    assertEquals(
        "Library version:   1.02.185 (2022-05-18)\nDriver version:    4.47.0\n", out("version"));
  }

  @Test
  void checkSaysAllThatIsWrongAndNeedsNoDriver() {
    Ran ran =
        Ran.with(
            "dmsetup",
            Map.of(),
            "0 8 lineer 7:0 0\n9 x zero\n",
            (settings, messages) -> {
              throw new AssertionError("no driver should be needed");
            },
            "check",
            "-");

    assertEquals(1, ran.status());
    assertEquals("", ran.out());
    assertEquals(
        "<stdin>:1:5: target type 'lineer': expected 'linear' or another one that"
            + " 'dmsetup targets' lists\n"
            + "<stdin>:2:3: 'x': expected a length in sectors; a rule is START LENGTH TYPE"
            + " PARAMETERS, as in '0 2048 linear /dev/sdb 0'\n",
        ran.err());
  }

  @Test
  void checkIsSilentAboutWhatIsGood() throws Exception {
    Path file = Files.writeString(devices.resolve("table"), "0 8 zero\n");

    assertEquals(new Ran(0, "", ""), run("", "check", file.toString()));
    assertEquals(file + ": ok\n", out("check", "-v", file.toString()));
    assertEquals("", out("check", "--concise", "--table", "a,,,,0 8 zero"));
    assertEquals(
        new Ran(
            1,
            "",
            "Couldn't open '"
                + file
                + "x' for reading.\ndmsetup: "
                + file
                + "x: No such file or directory.\n"),
        run("", "check", file + "x"));
    assertEquals(
        "<stdin>:1:1: no rules: expected START LENGTH TYPE PARAMETERS\n", run("\n", "check").err());
  }

  @Test
  void mangleRenames() {
    out("create", "--manglename", "none", "a b", "--table", "0 8 zero");
    out("create", "c", "-u", "U", "--table", "0 8 zero");

    assertEquals(
        "a b: renaming to a\\x20b\nc: U: name and UUID already in correct form\n", out("mangle"));
    assertEquals("a b\t(254:0)\nc\t(254:1)\n", sorted(out("ls")));
    assertEquals("a\\x20b: renaming to a b\n", out("mangle", "--manglename", "none", "a\\x20b"));
  }

  private static String sorted(String lines) {
    return lines.lines().sorted().reduce("", (before, line) -> before + line + "\n");
  }

  @Test
  void measureIsAStatus() {
    out("create", "a", "--table", "0 8 zero");

    assertEquals("0 8 zero \n", out("measure", "a"));
  }

  @Test
  void columnsHoldWhatWasAskedFor() {
    out("create", "a", "-u", "UUID-1", "--table", "0 8 zero");
    out("create", "bb", "--table", "0 8 linear 7:1 0\n8 8 error");

    assertEquals(
        """
        Name             Maj Min Stat Open Targ Event  UUID                           \s
        a                254   0 L--w    0    1      3 UUID-1                         \s
        bb               254   1 L--w    0    2      3                                \s
        """,
        out("info", "-c"));
    assertEquals("bb:7:1,7:0\n", out("info", "-c", "--noheadings", "-o", "name,devnos_used", "bb"));
    assertEquals(
        "name            \nbb              \na               \n",
        out("info", "-c", "--headings", "full", "-o", "name", "-O", "-name"));
  }

  @Test
  void selectedDevicesAreShownAsSeveral() {
    out("create", "a", "--table", "0 8 zero");
    out("create", "b", "--table", "0 8 error");

    assertEquals("b: 0 8 error \n", out("table", "-S", "name=b"));
    assertEquals("b: 0 8 error \n", out("table", "-S", "name!=a", "b"));
    assertEquals("", out("table", "-S", "minor>7"));
    assertEquals("\n", out("table", "-S", "minor>7", "--count", "2"));
    assertEquals("0 8 zero \n", out("table", "-c", "a"));
  }

  @Test
  void verboseCommandsDescribeDevicesInColumns() {
    out("create", "a", "--table", "0 8 zero");

    assertEquals(
        "Name             Stat\na                L-sw\n",
        out("suspend", "-v", "-c", "-o", "name,attr", "a"));
  }

  @Test
  void theTree() {
    out("create", "a", "--table", "0 8 linear 7:1 0");

    assertEquals("a (254:0)\n |- (7:1)\n `- (7:0)\n", out("ls", "--tree", "-o", "ascii"));
    assertEquals("a:0\n", out("info", "-c", "--noheadings", "-o", "name,device_ref_count"));
  }

  @Test
  void jsonOfDevices() {
    assertEquals("{\"version\": 1, \"devices\": []}\n", out("ls", "--json"));
    out("create", "a", "-u", "U", "--table", "0 8 linear 7:0 5\n8 8 other x  y");

    assertEquals(
        "{\"version\": 1, \"devices\": [{\"name\": \"a\", \"uuid\": \"U\", \"major\": 254, \"minor\": 0}]}\n",
        out("ls", "--json"));
    assertEquals(
        "{\"version\": 1, \"devices\": [{\"name\": \"a\", \"uuid\": \"U\", \"major\": 254, \"minor\": 0,"
            + " \"targets\": [{\"start\": 0, \"length\": 8, \"type\": \"linear\", \"params\": \"7:0 5\","
            + " \"words\": [\"7:0\", \"5\"], \"fields\": {\"device\": \"7:0\", \"start\": 5}},"
            + " {\"start\": 8, \"length\": 8, \"type\": \"other\", \"params\": \"x  y\","
            + " \"words\": [\"x\", \"y\"], \"fields\": null}]}]}\n",
        out("table", "--json", "a"));
    assertEquals(
        "{\"version\": 1, \"devices\": [{\"name\": \"a\", \"uuid\": \"U\", \"major\": 254, \"minor\": 0,"
            + " \"dependencies\": [{\"major\": 7, \"minor\": 1}, {\"major\": 7, \"minor\": 0}],"
            + " \"files\": []}]}\n",
        out("deps", "--json"));
    assertTrue(out("info", "--json", "a").contains("\"suspended\": false, \"read_only\": false,"));
    assertEquals("{\"version\": 1, \"devices\": []}\n", out("table", "--json", "--target", "zero"));
  }

  @Test
  void jsonIsWholeAfterAFailure() {
    out("create", "a", "--table", "0 8 zero");

    Ran ran = run("", "info", "--json", "a", "x");

    assertEquals(1, ran.status());
    assertEquals("Device does not exist.\nCommand failed.\n", ran.err());
    assertTrue(ran.out().startsWith("{\"version\": 1, \"devices\": [{\"name\": \"a\""), ran.out());
    assertTrue(ran.out().endsWith("]}\n"), ran.out());
    assertEquals(1, run("", "create", "b", "--json").status());
    assertEquals("dmsetup: unrecognized option '--jso'", run("", "ls", "--jso").firstError());
  }

  /** The driver shows what was loaded as the status, so a table may be one here. */
  private void make(String device, String status) {
    out("create", device, "--force-load", "--table", status);
  }

  @Test
  void waitFinishedReturnsOnceThereIsNothingToDo() {
    make("m", "0 8 snapshot-merge 32/64 32");
    make("l", "0 8 zero");
    make("both", "0 8 mirror 2 7:0 7:1 8/8 1 AA 1 core\n8 8 snapshot-merge Merge failed");
    assertEquals("", out("wait", "--finished", "m"));
    assertEquals("", out("wait", "--finished", "l"));
    assertTrue(out("wait", "-v", "--finished", "m").startsWith("Name:              m\n"));
    Ran failed = run("", "wait", "--finished", "both");
    assertEquals(1, failed.status());
    assertTrue(failed.err().contains("dmsetup: both: the merge has failed: "), failed.err());
    refused("Device does not exist.", "wait", "--finished", "nosuch");
    refused("--finished takes a device and no event number.", "wait", "--finished", "m", "3");
  }

  @Test
  void whoTakesAnUnfinishedMergeAwayIsTold() {
    for (String[] words : new String[][] {{"remove", "m"}, {"remove_all"}, {"wipe_table", "m"}}) {
      make("m", "0 8192 snapshot-merge 4128/8192 32");
      Ran ran = run("", words);
      assertEquals(0, ran.status(), ran.err());
      assertTrue(ran.err().contains("before its merge was finished: "), words[0] + ran.err());
      assertTrue(ran.err().contains("2.0 MiB are still in the store"), ran.err());
      run("", "remove_all");
    }
    make("m", "0 8 snapshot-merge 32/64 32");
    make("r", "0 8 mirror 2 7:0 7:1 4/8 1 AA 1 core");
    assertEquals("", run("", "remove", "m").err());
    assertEquals("", run("", "remove", "r").err(), "its next table goes on");
  }

  @Test
  void whoReplacesUnfinishedWorkIsTold() {
    make("r", "0 8192 mirror 2 7:0 7:1 4/8 1 AA 1 core");
    out("load", "r", "--force-load", "--table", "0 8192 mirror 2 7:0 7:1 5/8 1 AA 1 core");
    assertEquals("", run("", "resume", "r").err(), "the same work goes on");
    assertEquals("", run("", "resume", "r").err(), "nothing is replaced");
    out("load", "r", "--table", "0 8192 linear 7:0 0");
    assertEquals(
        "dmsetup: r got another table before its resync was finished: its legs are not all the same"
            + " yet, and 1.5 MiB are on the first alone.\n",
        run("", "resume", "r").err());
  }
}
