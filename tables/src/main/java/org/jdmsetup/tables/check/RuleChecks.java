package org.jdmsetup.tables.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.DustParams;
import org.jdmsetup.tables.parameters.ErrorParams;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.RawParams;
import org.jdmsetup.tables.parameters.TargetFeature;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.parameters.UnstripedParams;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Position;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * The checks that a kernel makes on the rules of a table when it loads them, rule by rule, in its
 * order. A kernel stops at the first; these go on, comparing each rule with the one before it as it
 * stands.
 */
public final class RuleChecks {

  /** How a rule's parameters are read: typed, or from a control buffer. */
  @FunctionalInterface
  public interface ParamsReader {
    TargetParams read(String type, long ruleLength, String params) throws ParamsException;
  }

  /** What a kernel's {@code loff_t} can reach, in sectors. */
  static final long MAX_END = Sectors.ofBytes(Long.MAX_VALUE);

  /** More rules than this are refused by kernels since 6.8 and their older stable siblings. */
  static final int MAX_RULES = 1 << 20;

  /**
   * The words of rules as they stand: 0 is the start, 1 the length, 2 the type, then parameters.
   */
  public interface Source {
    Position position(int rule, int word);

    /** A word up to the blanks around it; empty if it is not there. */
    String word(int rule, int word);
  }

  private final List<Rule> rules;
  private final Source source;
  private final ParamsReader reader;
  private final Predicate<String> known;
  private final boolean readOnly;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param known whether a target type exists
   * @param readOnly whether the table is to be read-only
   */
  public RuleChecks(
      List<Rule> rules,
      Source source,
      ParamsReader reader,
      Predicate<String> known,
      boolean readOnly) {
    this.rules = rules;
    this.source = source;
    this.reader = reader;
    this.known = known;
    this.readOnly = readOnly;
  }

  /** The problems met so far. */
  public List<Problem> problems() {
    return problems;
  }

  /** Refuses more rules than a table may have. */
  public void checkCount() {
    if (rules.size() > MAX_RULES) {
      problems.add(
          new Problem(
              -1,
              source.position(MAX_RULES, 0),
              "",
              rules.size() + " rules",
              "at most " + MAX_RULES,
              Errno.EOVERFLOW,
              false));
    }
  }

  /** Checks one rule; returns its parameters, null if they are at fault. */
  public TargetParams check(int index) {
    Rule rule = rules.get(index);
    long end = rule.end();
    checkAloneBefore(index);
    if (rule.length() == 0) {
      refuse(
          index,
          1,
          "zero-length target",
          isAsTyped(index, 1) ? "length 0" : typed(index, 1),
          "at least 1 sector" + advice(index, 1));
    } else if (Long.compareUnsigned(end, rule.start()) < 0
        || Long.compareUnsigned(end, MAX_END) > 0) {
      String length = isAsTyped(index, 1) ? sectors(rule.length()) : "length " + typed(index, 1);
      refuse(
          index,
          1,
          "too large device",
          "rule of " + length + " from sector " + typed(index, 0),
          "an end of at most " + MAX_END + advice(index, 1));
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
              source.position(index, 3 + e.word()),
              e.kernelText(),
              rule.type() + ": " + e.found(),
              e.expected() + advice(index, 3 + e.word()),
              e.errno(),
              e.certain()));
      return null;
    }
  }

  private void checkType(int index, String type) {
    boolean isKnown = known.test(type);
    String meant = TypeNames.meant(type);
    if (isKnown && meant == null && isAsTyped(index, 1)) {
      return;
    }
    String text = type + ": unknown target type";
    if (!isAsTyped(index, 1) && !TypeNames.isOfKernels(type)) {
      // what ends the length is part of the type to dmsetup, and hardly to anybody else
      String expected = "a length in sectors, and a blank after it" + advice(index, 1);
      add(index, 1, text, typed(index, 1), expected, !isKnown);
    } else if (meant != null) {
      String expected =
          "'" + meant + "' or another one that 'dmsetup targets' lists" + advice(index, 2);
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
          "one that 'dmsetup targets' lists" + advice(index, 2),
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
    long wanted = index == 0 ? 0 : rules.get(index - 1).end();
    long start = rule.start();
    if (start == wanted) {
      return;
    }
    String found = "rule starts at sector " + typed(index, 0);
    if (index == 0) {
      refuse(index, 0, "Gap in table", "the first " + found, "start 0" + advice(index, 0));
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
            + sectors(gap ? start - wanted : wanted - start)
            + ")"
            + advice(index, 0));
  }

  private void refuse(int index, int word, String kernelText, String found, String expected) {
    add(index, word, kernelText, found, expected, true);
  }

  private void add(
      int index, int word, String kernelText, String found, String expected, boolean certain) {
    problems.add(
        new Problem(
            index,
            source.position(index, word),
            kernelText,
            found,
            expected,
            Errno.EINVAL,
            certain));
  }

  /** Whether a start or a length is a number with nothing before or behind it. */
  private boolean isAsTyped(int index, int word) {
    return source.word(index, word).equals(unsigned(number(index, word)));
  }

  /** A start or a length as it was typed, and how it was read where that is something else. */
  private String typed(int index, int word) {
    String read = unsigned(number(index, word));
    String typed = source.word(index, word);
    if (typed.equals(read)) {
      return read;
    }
    String type = rules.get(index).type();
    boolean goesOn = word == 1 && typed.endsWith(type) && typed.length() > type.length();
    return Quotation.of(typed)
        + " (read as "
        + read
        + (goesOn ? " and target type " + Quotation.of(type) : "")
        + ")";
  }

  private long number(int index, int word) {
    return word == 0 ? rules.get(index).start() : rules.get(index).length();
  }

  /** How a word should rather be typed; for a word of the parameters, or else one beside it. */
  private String advice(int index, int word) {
    String advice = Mistyped.advice(source.word(index, word));
    for (int i = 3; advice.isEmpty() && word >= 3; i++) {
      String parameter = source.word(index, i);
      if (parameter.isEmpty()) {
        break;
      }
      advice = Mistyped.adviceOnEnds(parameter);
    }
    return advice;
  }

  private static String sectors(long count) {
    return count == 1 ? "1 sector" : unsigned(count) + " sectors";
  }

  private static String unsigned(long sectors) {
    return Long.toUnsignedString(sectors);
  }

  /** The devices that a kernel opens before it meets a problem, as far as one understands. */
  public Set<DeviceRef> devicesBefore(Problem problem) {
    Set<DeviceRef> devices = new LinkedHashSet<>();
    for (int i = 0; i < problem.rule(); i++) {
      TargetParams params = understood(rules.get(i));
      // These answer EINVAL whatever is wrong with a device: then it does not matter which is met.
      boolean invalid = params instanceof UnstripedParams || params instanceof DustParams;
      if (params != null && !(invalid && problem.errno() == Errno.EINVAL)) {
        params.devices().forEach(use -> devices.add(use.device()));
      }
    }
    if (problem.rule() >= 0) {
      devices.addAll(devicesBeforeFault(rules.get(problem.rule()), problem));
    }
    return devices;
  }

  /** Whether nothing but its devices can fail in the rules before a problem. */
  public boolean understoodBefore(Problem problem) {
    for (int i = 0; i < problem.rule(); i++) {
      if (understood(rules.get(i)) == null) {
        return false;
      }
    }
    return true;
  }

  /** A rule's parameters if this class knows all that a kernel's constructor can do with them. */
  private TargetParams understood(Rule rule) {
    try {
      TargetParams params = reader.read(rule.type(), rule.length(), rule.params());
      boolean mayOpenDevice = params instanceof ErrorParams && Words.of(rule.params()).size() != 0;
      return params instanceof RawParams || mayOpenDevice ? null : params;
    } catch (ParamsException problemOfAnEarlierRule) {
      return null;
    }
  }

  private List<DeviceRef> devicesBeforeFault(Rule rule, Problem problem) {
    try {
      reader.read(rule.type(), rule.length(), rule.params());
      return List.of();
    } catch (ParamsException e) {
      return e.kernelText().equals(problem.kernelText()) ? e.devicesBefore() : List.of();
    }
  }
}
