package org.jdmsetup.tables.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetFeature;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.text.Quotation;

/**
 * The checks that a kernel makes on the rules of a table when it loads them, rule by rule, in its
 * order. A kernel stops at the first; these go on, comparing each rule with the one before it as it
 * stands.
 */
final class RuleChecks {

  /** What a kernel's {@code loff_t} can reach, in sectors. */
  static final Sectors MAX_END = Sectors.ofBytes(Long.MAX_VALUE);

  /** More rules than this are refused by kernels since 6.8 and their older stable siblings. */
  static final int MAX_RULES = 1 << 20;

  private final List<Rule> rules;
  private final RuleWords words;
  private final RuleQuotes quotes;
  private final ParamsReader reader;
  private final Predicate<String> known;
  private final boolean readOnly;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param known whether a target type exists
   * @param readOnly whether the table is to be read-only
   */
  RuleChecks(
      List<Rule> rules,
      RuleWords words,
      ParamsReader reader,
      Predicate<String> known,
      boolean readOnly) {
    this.rules = rules;
    this.words = words;
    this.quotes = new RuleQuotes(rules, words);
    this.reader = reader;
    this.known = known;
    this.readOnly = readOnly;
  }

  /** The problems met so far. */
  List<Problem> problems() {
    return problems;
  }

  /** Refuses more rules than a table may have. */
  void checkCount() {
    if (rules.size() > MAX_RULES) {
      problems.add(
          new Problem(
              -1,
              words.position(MAX_RULES, 0),
              "",
              rules.size() + " rules",
              "at most " + MAX_RULES,
              Errno.EOVERFLOW,
              false));
    }
  }

  /** Checks one rule; returns its parameters, null if they are at fault. */
  TargetParams check(int index) {
    Rule rule = rules.get(index);
    Sectors end = rule.end();
    checkAloneBefore(index);
    if (rule.length().isZero()) {
      refuse(
          index,
          1,
          "zero-length target",
          quotes.isAsTyped(index, 1) ? "length 0" : quotes.typed(index, 1),
          "at least 1 sector" + quotes.advice(index, 1));
    } else if (!rule.start().isAtMost(end) || !end.isAtMost(MAX_END)) {
      String length =
          quotes.isAsTyped(index, 1)
              ? RuleQuotes.sectors(rule.length())
              : "length " + quotes.typed(index, 1);
      refuse(
          index,
          1,
          "too large device",
          "rule of " + length + " from sector " + quotes.typed(index, 0),
          "an end of at most " + MAX_END + quotes.advice(index, 1));
    }
    checkType(index, rule.type());
    checkFeatures(index, rule);
    checkStart(index, rule);
    try {
      return reader.read(rule.type(), rule.length(), rule.params());
    } catch (ParamsException e) {
      problems.add(
          new Problem(
              index,
              words.position(index, 3 + e.word()),
              e.kernelText(),
              rule.type() + ": " + e.found(),
              e.expected() + quotes.advice(index, 3 + e.word()),
              e.errno(),
              e.certain()));
      return null;
    }
  }

  private void checkType(int index, String type) {
    boolean isKnown = known.test(type);
    String meant = TypeNames.meant(type);
    if (isKnown && meant == null && quotes.isAsTyped(index, 1)) {
      return;
    }
    String text = type + ": unknown target type";
    if (!quotes.isAsTyped(index, 1) && !TypeNames.isOfKernels(type)) {
      // what ends the length is part of the type to dmsetup, and hardly to anybody else
      String expected = "a length in sectors, and a blank after it" + quotes.advice(index, 1);
      add(index, 1, text, quotes.typed(index, 1), expected, !isKnown);
    } else if (meant != null) {
      String expected =
          "'" + meant + "' or another one that 'dmsetup targets' lists" + quotes.advice(index, 2);
      add(index, 2, text, "target type " + Quotation.of(type), expected, !isKnown);
    } else if (!isKnown && TypeNames.isOfKernels(type)) {
      add(
          index,
          2,
          "",
          "target type " + Quotation.of(type) + ", which kernels have and this engine has not",
          "one that 'dmsetup targets' lists",
          true);
    } else if (!isKnown) {
      add(
          index,
          2,
          text,
          "target type " + Quotation.of(type),
          "one that 'dmsetup targets' lists" + quotes.advice(index, 2),
          true);
    }
  }

  private void checkAloneBefore(int index) {
    String first = rules.get(0).type();
    if (index > 0 && TargetFeature.SINGLETON.of(first)) {
      mayRefuse(
          index,
          "target type " + first + " must appear alone in table",
          "another rule after it",
          "no other rule");
    }
  }

  private void checkFeatures(int index, Rule rule) {
    String type = rule.type();
    if (index > 0 && TargetFeature.SINGLETON.of(type)) {
      mayRefuse(
          index,
          "singleton target type must appear alone in table",
          type + " after another rule",
          "no other rule");
    }
    if (readOnly && TargetFeature.ALWAYS_WRITEABLE.of(type)) {
      mayRefuse(
          index,
          "target type may not be included in a read-only table",
          type + " in a read-only table",
          "a writable table");
    }
    String first = rules.get(0).type();
    boolean immutable = TargetFeature.IMMUTABLE.of(first) || TargetFeature.IMMUTABLE.of(type);
    if (immutable && !type.equals(first)) {
      mayRefuse(
          index,
          "immutable target type cannot be mixed with other target types",
          type + " beside " + first,
          "rules of one type");
    }
  }

  /** Refuses what some kernels let pass, whose types have other features. */
  private void mayRefuse(int index, String kernelText, String found, String expected) {
    add(index, 2, kernelText, found, expected, false);
  }

  private void checkStart(int index, Rule rule) {
    Sectors wanted = index == 0 ? Sectors.ZERO : rules.get(index - 1).end();
    Sectors start = rule.start();
    if (start.equals(wanted)) {
      return;
    }
    String found = "rule starts at sector " + quotes.typed(index, 0);
    if (index == 0) {
      refuse(index, 0, "Gap in table", "the first " + found, "start 0" + quotes.advice(index, 0));
      return;
    }
    boolean gap = !start.isAtMost(wanted);
    refuse(
        index,
        0,
        "Gap in table",
        found + ", but the rule before ends at " + wanted,
        "start "
            + wanted
            + (gap ? " (gap of " : " (overlap of ")
            + RuleQuotes.sectors(gap ? start.minus(wanted) : wanted.minus(start))
            + ")"
            + quotes.advice(index, 0));
  }

  private void refuse(int index, int word, String kernelText, String found, String expected) {
    add(index, word, kernelText, found, expected, true);
  }

  private void add(
      int index, int word, String kernelText, String found, String expected, boolean certain) {
    problems.add(
        new Problem(
            index,
            words.position(index, word),
            kernelText,
            found,
            expected,
            Errno.EINVAL,
            certain));
  }

  /** What a kernel does with these rules before it meets a problem. */
  BeforeProblem before(Problem problem) {
    return new BeforeProblem(rules, reader, problem);
  }
}
