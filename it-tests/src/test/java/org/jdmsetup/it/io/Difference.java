package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.List;

/** The step at which two runs of a script differ. */
final class Difference {
  private static final int MOST = 6;
  private static final int AROUND = 60;

  private Difference() {}

  /** The lines that differ, for people; empty when none does. */
  static String between(List<String> kernel, List<String> engine) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < Math.max(kernel.size(), engine.size()); i++) {
      String expected = i < kernel.size() ? kernel.get(i) : "(nothing)";
      String actual = i < engine.size() ? engine.get(i) : "(nothing)";
      if (!expected.equals(actual)) {
        found.add(line(expected, actual));
      }
    }
    int left = found.size() - MOST;
    String more = left > 0 ? "\n  and " + left + " more lines" : "";
    return String.join("\n", found.subList(0, Math.min(MOST, found.size()))) + more;
  }

  private static String line(String expected, String actual) {
    String arrow = " -> ";
    int outcome = expected.indexOf(arrow);
    if (outcome < 0 || !actual.startsWith(expected.substring(0, outcome + arrow.length()))) {
      return "  kernel " + cut(expected, 0) + "\n  engine " + cut(actual, 0);
    }
    int from = outcome + arrow.length();
    int same = from;
    while (same < Math.min(expected.length(), actual.length())
        && expected.charAt(same) == actual.charAt(same)) {
      same++;
    }
    int shown = same - AROUND <= from ? from : expected.lastIndexOf(' ', same - AROUND) + 1;
    String before = shown > from ? "..." : "";
    return "  "
        + expected.substring(0, outcome)
        + "\n    kernel "
        + before
        + cut(expected, shown)
        + "\n    engine "
        + before
        + cut(actual, shown);
  }

  private static String cut(String text, int from) {
    int length = 4 * AROUND;
    boolean isFailure = text.startsWith(ScriptRuns.FAILED);
    return isFailure || text.length() - from <= length
        ? text.substring(from)
        : text.substring(from, from + length) + "...";
  }
}
