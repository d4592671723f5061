package org.jdmsetup.cli;

import java.util.regex.Pattern;

/**
 * What dmsetup explains in sentences: below the synopses of its usage, behind the fields in their
 * list, and about selections. Ours explains the same in words of its own.
 */
public final class Explanations {
  private static final Pattern USAGE = Pattern.compile("(?m)^<device> .+\n(?:.+\n)*");
  private static final Pattern SELECTION =
      Pattern.compile("(?m)^Selection operands\n(?: .*\n|-+\n|Selection operators\n)*");
  private static final Pattern FIELD =
      Pattern.compile("(?m)^(  \\S+ +- ).+?( \\[(?:unselectable )?[a-z]+\\])?$");

  private Explanations() {}

  /** A text of dmsetup's without them. */
  public static String leftOut(String text) {
    String shorter = USAGE.matcher(text).replaceAll("");
    shorter = SELECTION.matcher(shorter).replaceAll("");
    return FIELD.matcher(shorter).replaceAll("$1$2");
  }
}
