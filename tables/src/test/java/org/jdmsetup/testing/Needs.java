package org.jdmsetup.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a test needs of the machine. A test that lacks it is skipped, unless {@code
 * -Dit.required=true} says that this machine is meant to have everything: then it fails.
 */
public final class Needs {
  private static final String REQUIRED = "it.required";

  private Needs() {}

  /**
   * @param what completes the sentence "this machine must have"
   */
  public static void that(boolean present, String what) {
    that(present, what, REQUIRED);
  }

  /**
   * @param required the system property that says, instead of {@code it.required}, that this
   *     machine is meant to have it
   */
  public static void that(boolean present, String what, String required) {
    if (present) {
      return;
    }
    if (Boolean.getBoolean(required)) {
      fail("this machine must have " + what);
    }
    abort("needs " + what);
  }

  /** Programs on PATH, or where PATH leads root. */
  public static void tools(String... names) {
    for (String name : names) {
      boolean found = false;
      for (String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
        found |= Files.isExecutable(Path.of(directory, name));
      }
      that(found, "the program " + name);
    }
  }
}
