package org.jdmsetup.cli.option;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a command line, taken apart as GNU {@code getopt_long} does it: options and operands
 * in any order, {@code --}, clusters of short options, arguments in the same word or the next,
 * unambiguous beginnings of long options. Ends at the first word that makes no sense.
 */
public final class GetoptWords {
  private final String[] words;
  private final boolean operandsEndOptions;
  private final String letters;
  private final int longFormCount;
  private final List<String> operands = new ArrayList<>();
  private int next;
  private String cluster = "";
  private int clusterAt;
  private char letter;
  private Opt option;
  private String argument;
  private String error;
  private String unrecognized;

  private GetoptWords(
      String[] words, boolean operandsEndOptions, String letters, int longFormCount) {
    this.words = words;
    this.operandsEndOptions = operandsEndOptions;
    this.letters = letters;
    this.longFormCount = longFormCount;
  }

  /**
   * Words with dmsetup's options.
   *
   * @param operandsEndOptions whether the first operand ends the options (POSIXLY_CORRECT)
   */
  static GetoptWords of(String[] words, boolean operandsEndOptions) {
    return new GetoptWords(words, operandsEndOptions, Opt.letters(), Opt.count());
  }

  /**
   * Words with other options, which have no long forms.
   *
   * @param operandsEndOptions as with {@link #of}
   * @param letters the options, each followed by a colon if it takes an argument
   */
  public static GetoptWords ofLetters(String[] words, boolean operandsEndOptions, String letters) {
    return new GetoptWords(words, operandsEndOptions, letters, 0);
  }

  /**
   * Steps to the next option.
   *
   * @return false at the end of the options, or when {@link #error} says what is wrong
   */
  public boolean nextOption() {
    if (clusterAt < cluster.length()) {
      return shortOption();
    }
    while (next < words.length) {
      String word = words[next++];
      if (word.equals("--")) {
        break;
      }
      if (word.startsWith("--")) {
        return longOption(word);
      }
      if (word.length() > 1 && word.charAt(0) == '-') {
        cluster = word;
        clusterAt = 1;
        return shortOption();
      }
      operands.add(word);
      if (operandsEndOptions) {
        break;
      }
    }
    while (next < words.length) {
      operands.add(words[next++]);
    }
    return false;
  }

  /** The letter of the option last stepped to, if it was a short one. */
  public char letter() {
    return letter;
  }

  /** The option of dmsetup last stepped to. */
  Opt option() {
    return option;
  }

  /** Its argument, or null. */
  public String argument() {
    return argument;
  }

  /** What getopt says about the first senseless word, or null. */
  public String error() {
    return error;
  }

  /** The long option that {@link #error} calls unrecognized, without its dashes; or null. */
  String unrecognized() {
    return unrecognized;
  }

  /** The operands; complete once {@link #nextOption} returned false without an error. */
  public List<String> operands() {
    return operands;
  }

  private boolean shortOption() {
    letter = cluster.charAt(clusterAt++);
    option = longFormCount == 0 ? null : Opt.ofLetter(letter);
    argument = null;
    int known = letter == ':' ? -1 : letters.indexOf(letter);
    if (known < 0) {
      return fail("invalid option -- '" + letter + "'");
    }
    if (!letters.startsWith(":", known + 1)) {
      return true;
    }
    if (clusterAt < cluster.length()) {
      argument = cluster.substring(clusterAt);
      clusterAt = cluster.length();
    } else if (next < words.length) {
      argument = words[next++];
    } else {
      return fail("option requires an argument -- '" + letter + "'");
    }
    return true;
  }

  private boolean longOption(String word) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
    option = find(name, word);
    argument = equals < 0 ? null : word.substring(equals + 1);
    if (option == null) {
      return false;
    }
    if (!option.longFormTakesArgument()) {
      return argument == null || fail("option '--" + option.word() + "' doesn't allow an argument");
    }
    if (argument == null) {
      if (next == words.length) {
        return fail("option '--" + option.word() + "' requires an argument");
      }
      argument = words[next++];
    }
    return true;
  }

  private Opt find(String name, String word) {
    Opt found = null;
    StringBuilder candidates = null;
    for (int i = 0; i < longFormCount; i++) {
      Opt candidate = Opt.at(i);
      if (candidate.word().equals(name)) {
        return candidate;
      }
      if (candidate.isOurs() || !candidate.word().startsWith(name)) {
        continue;
      }
      if (found == null) {
        found = candidate;
      } else {
        if (candidates == null) {
          candidates = new StringBuilder(" '--").append(found.word()).append('\'');
        }
        candidates.append(" '--").append(candidate.word()).append('\'');
      }
    }
    if (candidates != null) {
      fail("option '" + word + "' is ambiguous; possibilities:" + candidates);
      return null;
    }
    if (found == null) {
      unrecognized = name;
      fail("unrecognized option '" + word + "'");
    }
    return found;
  }

  private boolean fail(String text) {
    error = text;
    return false;
  }
}
