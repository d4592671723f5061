package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.cli.command.Commands;
import org.jdmsetup.cli.manual.Manual;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.Usage;
import org.junit.jupiter.api.Test;

/** {@code help COMMAND}, and that the manual knows what there is. */
class HelpTest {
  /** Of statistics, which have a page of their own. */
  private static final Set<Opt> OF_STATISTICS =
      Set.of(
          Opt.ALIAS,
          Opt.ALLDEVICES,
          Opt.ALLPROGRAMS,
          Opt.ALLREGIONS,
          Opt.AREA,
          Opt.AREAS,
          Opt.AREASIZE,
          Opt.BOUNDS,
          Opt.CLEAR,
          Opt.FILEMAP,
          Opt.FOLLOW,
          Opt.FOREGROUND,
          Opt.GROUP,
          Opt.GROUPID,
          Opt.HISTOGRAM,
          Opt.LENGTH,
          Opt.NOGROUP,
          Opt.NOMONITOR,
          Opt.NOSUFFIX,
          Opt.NOTIMESUFFIX,
          Opt.PRECISE,
          Opt.PROGRAMID,
          Opt.RAW,
          Opt.REGION,
          Opt.REGIONID,
          Opt.REGIONS,
          Opt.RELATIVE,
          Opt.SEGMENTS,
          Opt.START,
          Opt.UNITS,
          Opt.USERDATA);

  private final Manual manual = new Manual();

  @Test
  void helpOnACommandIsTheManualsPartAboutIt() {
    Ran ran = Ran.dmsetup("help", "suspend");

    assertEquals(0, ran.status());
    assertEquals("", ran.err());
    assertTrue(
        ran.out()
            .startsWith(
                "dmsetup suspend DEVICE\u00e2\u0080\u00a6\n\n"
                    + "Freezes the file system that is mounted from the device, lets the requests in\n"
                    + "flight finish and holds back new ones until resume.\n\n"),
        ran.out());
    assertTrue(
        ran.out().contains("\n\n  --noflush             without flushing what is in flight\n"),
        ran.out());
  }

  @Test
  void helpOnSomethingElseIsRefusedAsTheCToolRefusesAll() {
    String refusal = "Incorrect number of arguments.\n" + Usage.dmsetup();

    assertEquals(new Ran(1, "", refusal), Ran.dmsetup("help", "foo"));
    assertEquals(new Ran(1, "", refusal), Ran.dmsetup("help", "ls", "ls"));
    assertEquals(
        new Ran(1, "", refusal + "dmsetup: did you mean 'help create'?\n"),
        Ran.dmsetup("help", "creat"));
    assertEquals(new Ran(0, "", Usage.dmsetup()), Ran.dmsetup("help"));
  }

  @Test
  void theUsageNamesWhatIsOurs() {
    String usage = Usage.dmsetup();
    for (String option : manual.options()) {
      boolean ours = manual.meaning(option).startsWith("not in the C tool");
      assertTrue(!ours || usage.contains("--" + option), option);
    }
    assertTrue(usage.contains("'check [<table_file>]'") && usage.contains("'help <command>'"));
  }

  @Test
  void everyCommandIsInTheManual() {
    assertEquals(new HashSet<>(List.of(Commands.words())), new HashSet<>(manual.commands()));
    for (String command : manual.commands()) {
      assertTrue(manual.help(command).startsWith("dmsetup " + command), command);
      assertTrue(manual.summary(command).length() > 10, command);
    }
  }

  @Test
  void everyOptionIsInTheManualInAllItsForms() {
    for (Opt opt : Opt.values()) {
      if (OF_STATISTICS.contains(opt)) {
        continue;
      }
      assertTrue(manual.options().contains(opt.word()), opt.word());
      String form = manual.form(opt.word());
      assertEquals(opt.letter() != 0, form.startsWith("-" + opt.letter() + ", "), form);
      boolean argument = form.indexOf(' ', form.indexOf("--")) > 0;
      assertEquals(opt.kind() != Opt.Kind.FLAG, argument, form);
    }
  }

  @Test
  void theOptionsOfACommandAreOptions() {
    List<String> known = Arrays.stream(Opt.values()).map(Opt::word).toList();
    for (String command : manual.commands()) {
      for (String option : manual.options(command)) {
        assertTrue(known.contains(option), command + " --" + option);
        assertTrue(manual.options().contains(option), command + " --" + option);
      }
    }
  }
}
