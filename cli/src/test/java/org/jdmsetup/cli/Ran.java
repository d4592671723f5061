package org.jdmsetup.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jdmsetup.cli.session.Drivers;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.tables.ByteText;

/** What a command line did: its exit status, and what it wrote. */
record Ran(int status, String out, String err) {

  /** Runs dmsetup where no driver may be needed. */
  static Ran dmsetup(String... words) {
    return as("dmsetup", words);
  }

  /** Runs under another name where no driver may be needed. */
  static Ran as(String argv0, String... words) {
    return with(
        argv0,
        Map.of(),
        "",
        (settings, messages) -> {
          throw new AssertionError("no driver should be needed");
        },
        words);
  }

  static Ran with(
      String argv0,
      Map<String, String> environment,
      String input,
      Drivers drivers,
      String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            argv0,
            words,
            new Surroundings(
                new ByteArrayInputStream(ByteText.bytes(input)),
                out,
                err,
                false,
                environment,
                Path.of(""),
                drivers));
    return new Ran(status, ByteText.of(out.toByteArray()), ByteText.of(err.toByteArray()));
  }

  /** The first line of what was written to standard error. */
  String firstError() {
    return err.lines().findFirst().orElse("");
  }
}
