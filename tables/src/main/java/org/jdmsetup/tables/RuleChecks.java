package org.jdmsetup.tables;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The checks that a kernel makes on the rules of a table when it loads them, rule by rule, in its
 * order. A kernel stops at the first; these go on, comparing each rule with the one before it as it
 * stands.
 */
final class RuleChecks {

  /** What a kernel's {@code loff_t} can reach, in sectors. */
  static final long MAX_END = Long.MAX_VALUE >>> 9;

  /** More rules than this are refused by kernels since 6.8 and their older stable siblings. */
  static final int MAX_RULES = 1 << 20;

  /** Where the words of a rule stand: 0 is its start, 1 its length, 2 its type, then parameters. */
  @FunctionalInterface
  interface Places {
    Position position(int rule, int word);
  }

  private final List<Rule> rules;
  private final Places places;
  private final Predicate<String> known;
  private final Consumer<Problem> problems;

  RuleChecks(List<Rule> rules, Places places, Predicate<String> known, Consumer<Problem> problems) {
    this.rules = rules;
    this.places = places;
    this.known = known;
    this.problems = problems;
  }

  /** Every problem of the rules; an empty list of rules has none. */
  static List<Problem> all(List<Rule> rules, Places places) {
    List<Problem> found = new ArrayList<>();
    RuleChecks checks = new RuleChecks(rules, places, type -> true, found::add);
    checks.checkCount();
    for (int i = 0; i < rules.size(); i++) {
      checks.check(i);
    }
    return found;
  }

  /** Refuses more rules than a table may have. */
  void checkCount() {
    if (rules.size() > MAX_RULES) {
      problems.accept(
          new Problem(
              -1,
              places.position(MAX_RULES, 0),
              "",
              rules.size() + " rules",
              "at most " + MAX_RULES,
              Problem.EOVERFLOW,
              false));
    }
  }

  /** Checks one rule; returns its parameters, null if they are at fault. */
  TargetParams check(int index) {
    Rule rule = rules.get(index);
    long end = rule.end();
    if (rule.length() == 0) {
      refuse(index, 1, "zero-length target", "length is 0", "at least 1 sector");
    } else if (Long.compareUnsigned(end, rule.start()) < 0
        || Long.compareUnsigned(end, MAX_END) > 0) {
      String found =
          "rule of " + unsigned(rule.length()) + " sectors from sector " + unsigned(rule.start());
      refuse(index, 1, "too large device", found, "an end of at most " + MAX_END);
    }
    if (!known.test(rule.type())) {
      String found = "target type '" + rule.type() + "'";
      refuse(index, 2, rule.type() + ": unknown target type", found, "a type that there is");
    }
    checkStart(index, rule);
    try {
      return TargetParams.parse(rule.type(), rule.length(), rule.params());
    } catch (ParamsException e) {
      problems.accept(
          new Problem(
              index,
              places.position(index, 3 + e.word()),
              e.kernelText(),
              rule.type() + ": " + e.found(),
              e.expected(),
              e.errno(),
              e.certain()));
      return null;
    }
  }

  private void checkStart(int index, Rule rule) {
    long wanted = index == 0 ? 0 : rules.get(index - 1).end();
    long start = rule.start();
    if (start == wanted) {
      return;
    }
    String found = "rule starts at sector " + unsigned(start);
    if (index == 0) {
      refuse(index, 0, "Gap in table", "first " + found, "start 0");
      return;
    }
    boolean gap = Long.compareUnsigned(start, wanted) > 0;
    refuse(
        index,
        0,
        "Gap in table",
        found + ", but the rule before ends at " + unsigned(wanted),
        "start "
            + unsigned(wanted)
            + (gap ? " (gap of " : " (overlap of ")
            + unsigned(gap ? start - wanted : wanted - start)
            + " sectors)");
  }

  private void refuse(int index, int word, String kernelText, String found, String expected) {
    problems.accept(
        new Problem(
            index,
            places.position(index, word),
            kernelText,
            found,
            expected,
            Problem.EINVAL,
            true));
  }

  private static String unsigned(long sectors) {
    return Long.toUnsignedString(sectors);
  }

  /**
   * The devices that a kernel opens before it meets a problem of one rule, or null if that cannot
   * be told from the text.
   */
  static Set<DeviceRef> devicesBefore(List<Rule> rules, Problem problem) {
    Set<DeviceRef> devices = new LinkedHashSet<>();
    for (int i = 0; i < problem.rule(); i++) {
      if (!addDevices(rules.get(i), devices)) {
        return null;
      }
    }
    if (problem.rule() >= 0) {
      addDevicesBeforeFault(rules.get(problem.rule()), problem, devices);
    }
    return devices;
  }

  private static boolean addDevices(Rule rule, Set<DeviceRef> devices) {
    try {
      TargetParams params = TargetParams.parse(rule.type(), rule.length(), rule.params());
      params.devices().forEach(use -> devices.add(use.device()));
      boolean errorWithDevice =
          params instanceof ErrorParams && Words.of(rule.params()).size() == 2;
      return !(params instanceof RawParams) && !errorWithDevice;
    } catch (ParamsException earlier) {
      return false;
    }
  }

  private static void addDevicesBeforeFault(Rule rule, Problem problem, Set<DeviceRef> devices) {
    try {
      TargetParams.parse(rule.type(), rule.length(), rule.params());
    } catch (ParamsException e) {
      if (e.kernelText().equals(problem.kernelText())) {
        devices.addAll(e.devicesBefore());
      }
    }
  }
}
