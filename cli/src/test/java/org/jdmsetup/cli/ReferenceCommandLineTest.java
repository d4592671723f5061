package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jdmsetup.tables.ByteText;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random command lines that end before a driver is needed, read by the installed dmsetup and by us:
 * the status and the output are the same, and what dmsetup says comes first in what we say.
 */
class ReferenceCommandLineTest {
  private static final Path REFERENCE = Path.of("/usr/sbin/dmsetup");
  private static final int LINES = 400;

  /** Words to combine; arguments that would make a run last, or print times, are not among them. */
  private static final String[] WORDS = {
    "help",
    "udevflags",
    "0x30000",
    "0x10000",
    "ls",
    "remove",
    "nonsense",
    "-",
    "--",
    "",
    "x y",
    "-v",
    "-f",
    "-r",
    "-n",
    "-y",
    "-h",
    "-j",
    "-m",
    "-o",
    "-ofoo",
    "-odev",
    "-O",
    "-S",
    "-u",
    "-U",
    "-G0",
    "-M",
    "-M644",
    "-M9",
    "-vf",
    "-fro",
    "-vZ",
    "-1",
    "-?",
    "-W",
    "-:",
    "-;",
    "--verbose",
    "--verb=1",
    "--ver",
    "--u",
    "--re",
    "--no",
    "--no=1",
    "--area",
    "--areas",
    "--areas=2",
    "--region",
    "--group",
    "--table",
    "--tab=0 1 zero",
    "--notable",
    "--tree",
    "--tree=2",
    "--count=1",
    "--count=2",
    "--count=-1",
    "--count=1x",
    "--interval=-2",
    "--interval=x",
    "--manglename",
    "--manglename=HEX",
    "--manglename=",
    "--readahead=-7",
    "--readahead=+8",
    "--readahead=none",
    "--addnodeonc",
    "--addnodeonr",
    "--addnode",
    "--udevcookie=5",
    "--udevcookie=05x",
    "--udevcookie",
    "--he",
    "--hel=p",
    "--target=linear",
    "--exec",
    "--opt",
    "--options=devname",
    "--=x",
    "--foo",
    "--foo=bar",
    "--mode=0",
    "--mode=+640",
    "--uuid",
    "--uuid=U",
    "--ma",
    "--mi=3",
    "--maj=2",
    "--major",
    "--yes",
    "--ye=s",
    "--set",
    "--setuuid",
    "--sort",
    "--sort=name",
    "--checks",
    "--deferred",
    "--retry"
  };

  @BeforeAll
  static void referenceIsInstalled() {
    assumeTrue(Files.isExecutable(REFERENCE), "no " + REFERENCE + " to compare with");
  }

  @Test
  void readsRandomLinesAsTheReferenceDoes() throws Exception {
    Random random = new Random(185);
    for (int i = 0; i < LINES; i++) {
      String[] words = new String[random.nextInt(6)];
      for (int w = 0; w < words.length; w++) {
        words[w] = WORDS[random.nextInt(WORDS.length)];
      }
      compare(words);
    }
  }

  @Test
  void readsEachWordAsTheReferenceDoes() throws Exception {
    for (String word : WORDS) {
      compare(word, "udevflags", "0x30000");
      compare("udevflags", word, "0x30000");
    }
  }

  @Test
  void numbersAndWordsOfOptionsAreReadAsTheReferenceDoes() throws Exception {
    String[] arguments = {
      "0",
      "-0",
      "1",
      "2",
      "+2",
      " 2",
      "2 ",
      "-1",
      "-2",
      "-5",
      "08",
      "0x1f",
      "644",
      "+644",
      "-644",
      "777777777777",
      "20000000000",
      "40000000000",
      "4294967296",
      "4294967297",
      "-4294967297",
      "2147483648",
      "99999999999999999999",
      "-99999999999999999999",
      "",
      "x",
      "auto",
      "NONE",
      " auto",
      "+-5",
      "+ 5",
      "hex",
      "devno,",
      ",",
      "devno,,x",
      "blk",
      "blkdevnamex",
      "a,rw",
      "co"
    };
    String[] options = {
      "--mode", "--manglename", "--readahead", "--udevcookie", "--options", "--areas", "--uid"
    };
    for (String option : options) {
      for (String argument : arguments) {
        compare(option, argument, "udevflags", "0x30000");
        compare(option, argument, "--tree", "udevflags", "0x30000");
        compare("--count", argument, option, argument, "nonsense");
        compare("--interval", argument, option, argument, "nonsense");
      }
    }
  }

  private static void compare(String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(REFERENCE.toString()));
    line.addAll(List.of(words));
    Path errors = Files.createTempFile("reference", ".err");
    try {
      Process process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String out = ByteText.of(process.getInputStream().readAllBytes());
      int status = process.waitFor();
      String err = ByteText.of(Files.readAllBytes(errors));
      if (err.contains("/mapper/control") || out.startsWith("Library version")) {
        return; // went on to the driver
      }
      Ran ours = Ran.with(REFERENCE.toString(), Map.of(), "", null, words);
      if (err.startsWith("Incorrect number of arguments.\n") && ours.out().startsWith("dmsetup ")) {
        return; // help COMMAND, which is ours
      }
      String shown = String.join("\u00b7", words);
      assertEquals(out, ours.out(), shown);
      assertTrue(ours.err().startsWith(err), () -> shown + "\n" + err + "---\n" + ours.err());
      assertEquals(status, ours.status(), shown);
    } finally {
      Files.delete(errors);
    }
  }
}
