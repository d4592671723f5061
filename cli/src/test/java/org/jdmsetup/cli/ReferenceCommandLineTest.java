package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random command lines that end before a driver is needed, read by the installed dmsetup and by us:
 * the status and the output are the same, and what dmsetup says comes first in what we say, but for
 * {@link Explanations}.
 */
class ReferenceCommandLineTest {
  private static final Path REFERENCE = Path.of("/usr/sbin/dmsetup");
  private static final int LINES = Integer.getInteger("reference.lines", 2000);
  private static final long SEED = Long.getLong("reference.seed", 185);

  /** Commands that end without a driver, and some that would go on to it. */
  private static final String[][] COMMANDS = {
    {"help"},
    {"udevflags", "0x30000"},
    {"splitname", "vg-lv"},
    {"splitname", "a--b-c-d", "LVM"},
    {"nonsense"},
    {"rename", "a", "b", "c"},
    {"targets", "x"},
    {"setgeometry", "a", "1"},
    {"wait", "a", "b", "c"},
    {}
  };

  /** Arguments; a repetition without end is not among them. */
  private static final String[] ARGUMENTS = {
    "1",
    "2",
    "-1",
    "",
    "x",
    "name",
    "vg_name,lv_name",
    "devno",
    "+8",
    "644",
    "hex",
    "LV",
    " 1",
    "1k"
  };

  private static final int LIMIT_SECONDS = 60;

  private static final String SIGNS = "-=x1+,: aZ";

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
    Needs.that(Files.isExecutable(REFERENCE), REFERENCE + " to compare with");
  }

  @Test
  void readsRandomLinesAsTheReferenceDoes() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < LINES / 4; i++) {
      String[] words = new String[random.nextInt(6)];
      for (int w = 0; w < words.length; w++) {
        words[w] = WORDS[random.nextInt(WORDS.length)];
      }
      compare(words);
    }
  }

  /** Lines made by the rules, then spoilt in up to two places. */
  @Test
  void readsSpoiltLinesAsTheReferenceDoes() throws Exception {
    Random random = new Random(SEED);
    int compared = 0;
    for (int i = 0; compared < LINES; i++) {
      assertTrue(i < 20 * LINES, "too few of the lines end without a driver");
      List<String> words = new ArrayList<>();
      for (int options = random.nextInt(4); options > 0; options--) {
        addOption(words, random);
      }
      int place = words.isEmpty() ? 0 : random.nextInt(words.size() + 1);
      words.addAll(place, List.of(COMMANDS[random.nextInt(COMMANDS.length)]));
      for (int spoilt = random.nextInt(3); spoilt > 0 && !words.isEmpty(); spoilt--) {
        spoil(words, random);
      }
      if (!repeatsWithoutEnd(words) && compare(words.toArray(String[]::new))) {
        compared++;
      }
    }
  }

  private static void addOption(List<String> words, Random random) {
    Opt opt = Opt.at(random.nextInt(Opt.count()));
    if (opt.isOurs()) {
      return;
    }
    String argument = ARGUMENTS[random.nextInt(ARGUMENTS.length)];
    if (opt.letter() != 0 && random.nextBoolean()) {
      words.add("-" + opt.letter());
      if (opt.kind() != Opt.Kind.FLAG) {
        words.add(argument);
      }
      return;
    }
    String word = "--" + opt.word();
    if (random.nextInt(3) == 0) {
      word = word.substring(0, 3 + random.nextInt(word.length() - 2)); // an abbreviation
    }
    if (!opt.longFormTakesArgument()) {
      words.add(word);
    } else if (random.nextBoolean()) {
      words.add(word + "=" + argument);
    } else {
      words.add(word);
      words.add(argument);
    }
  }

  private static void spoil(List<String> words, Random random) {
    int at = random.nextInt(words.size());
    String word = words.get(at);
    int place = random.nextInt(word.length() + 1);
    switch (random.nextInt(5)) {
      case 0 -> words.remove(at);
      case 1 -> words.add(random.nextInt(words.size() + 1), word);
      case 2 -> words.set(at, word.substring(0, place));
      case 3 -> {
        char sign = SIGNS.charAt(random.nextInt(SIGNS.length()));
        words.set(at, word.substring(0, place) + sign + word.substring(place));
      }
      default -> words.set(at, WORDS[random.nextInt(WORDS.length)]);
    }
  }

  /** Whether a line asks, perhaps, for as many reports as there is time for, or for a pause. */
  private static boolean repeatsWithoutEnd(List<String> words) {
    return words.stream().anyMatch(word -> word.startsWith("--c") || word.startsWith("--i"));
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

  /** Whether there was something to compare. */
  private static boolean compare(String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(REFERENCE.toString()));
    line.addAll(List.of(words));
    Programs.Result theirs =
        Programs.run(new ProcessBuilder(line), "", StandardCharsets.ISO_8859_1, LIMIT_SECONDS);
    String out = theirs.out();
    String err = theirs.err();
    if (err.contains("/mapper/control") || out.startsWith("Library version")) {
      return false; // went on to the driver
    }
    Ran ours = Ran.with(REFERENCE.toString(), Map.of(), "", null, words);
    if (err.contains("Incorrect number of arguments.\n") && ours.out().startsWith("dmsetup ")) {
      return false; // help COMMAND, which is ours
    }
    String shown = String.join("\u00b7", words);
    assertEquals(out, ours.out(), shown);
    assertTrue(
        Explanations.leftOut(ours.err()).startsWith(Explanations.leftOut(err)),
        () -> shown + "\n" + err + "---\n" + ours.err());
    assertEquals(theirs.status(), ours.status(), shown);
    return true;
  }
}
