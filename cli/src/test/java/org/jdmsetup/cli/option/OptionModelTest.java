package org.jdmsetup.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jdmsetup.cli.report.Headings;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** What the model knows of all options, and which values arguments have. */
class OptionModelTest {
  @Test
  void noTwoOptionsHaveAFormInCommon() {
    assertEquals(Opt.count(), OptionModel.all().options().size());
  }

  @Test
  void aWordThatSuitsAnOptionGivesAValueOfItsType() {
    for (int i = 0; i < Opt.count(); i++) {
      OptionSpec model = OptionModel.of(Opt.at(i));
      if (model.completionCandidates() != null) {
        for (String word : model.completionCandidates()) {
          assertEquals(model.type(), new Options().give(Opt.at(i), word).getClass(), word);
        }
      }
    }
  }

  @Test
  void argumentsBecomeValues() {
    Options options = new Options();
    options.give(Opt.VERBOSE);
    options.give(Opt.VERBOSE);
    options.give(Opt.UID, "5x");
    options.give(Opt.MODE, "660");
    options.give(Opt.READAHEAD, " +8");
    options.give(Opt.MANGLENAME, "HEX");
    options.give(Opt.HEADINGS, "2");
    options.give(Opt.BACKEND, "engine");
    options.give(Opt.UUID, "a");
    options.give(Opt.UUID, "b");

    assertEquals(2, options.count(Opt.VERBOSE));
    assertEquals(5, options.<Integer>value(Opt.UID, 0));
    assertEquals(0660, options.<Integer>value(Opt.MODE, 0));
    assertEquals(new ReadAhead(new Sectors(8), true), options.value(Opt.READAHEAD, ReadAhead.AUTO));
    assertEquals(Mangling.HEX, options.value(Opt.MANGLENAME, Mangling.AUTO));
    assertEquals(Headings.FULL, options.value(Opt.HEADINGS, Headings.NONE));
    assertEquals(Backend.ENGINE, options.value(Opt.BACKEND, Backend.AUTO));
    assertEquals("b", options.text(Opt.UUID));
    assertEquals(7, options.<Integer>value(Opt.GID, 7));
  }

  @Test
  void aRefusedArgumentLeavesTheOptionAsItWas() {
    Options options = new Options();

    TypeConversionException refusal =
        assertThrows(TypeConversionException.class, () -> options.give(Opt.COUNT, "-3"));

    assertEquals("Count must be zero or greater.", refusal.getMessage());
    assertTrue(!options.has(Opt.COUNT));
  }
}
