package org.jdmsetup.ioctl.buffer;

import java.util.Locale;

/**
 * How names and UUIDs become something that the kernel and udev can hold, and back. Bytes outside a
 * small set are written as {@code \xNN}. AUTO leaves text alone that has that form already, HEX
 * takes every text as plain, NONE changes nothing in either direction.
 */
public enum Mangling {
  NONE,
  AUTO,
  HEX;

  /** What is mangled: the word for it in messages, and how long the result may be. */
  public enum Subject {
    NAME("name", DmBuffer.NAME_LIMIT, "Failed to mangle device name \"%s\"."),
    UUID("UUID", DmBuffer.UUID_LIMIT, "Failed to mangle device uuid \"%s\"."),
    NEW_NAME("new name", DmBuffer.NAME_LIMIT, "Failed to mangle new device name \"%s\""),
    NEW_UUID("new UUID", DmBuffer.UUID_LIMIT, "Failed to mangle new device UUID \"%s\"");

    private final String word;
    private final int limit;
    private final String failure;

    Subject(String word, int limit, String failure) {
      this.word = word;
      this.limit = limit;
      this.failure = failure;
    }
  }

  /** Printed as the reason of a failure: a user may never have heard of mangling before. */
  public static final String EXPLANATION =
      "Characters other than letters, digits and #+-.:=@_ are kept as \\xNN, of at most "
          + DmBuffer.NAME_LIMIT
          + " (names) or "
          + DmBuffer.UUID_LIMIT
          + " (UUIDs) bytes in all; with --manglename none they are kept as they are.";

  private static final String WHITELIST = "#+-.:=@_";
  private static final String HEX_DIGITS = "0123456789abcdef";
  private static final int ESCAPE_LENGTH = "\\xNN".length();

  /** The mode with this name in any case ({@code none}, {@code auto}, {@code hex}), or null. */
  public static Mangling ofWord(String word) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "none":
        return NONE;
      case "auto":
        return AUTO;
      case "hex":
        return HEX;
      default:
        return null;
    }
  }

  /** Whether a text looks mangled twice: it holds a mangled backslash before an x. */
  public static boolean isMangledTwice(String text) {
    return text.contains("\\x5cx");
  }

  /**
   * What the driver holds of a text that a user typed: its mangled form, or in mode NONE the text
   * itself.
   *
   * @throws ManglingException with the lines to print
   */
  public String mangle(String text, Subject subject) throws ManglingException {
    if (this == NONE) {
      return text;
    }
    if (this == AUTO) {
      refuseMangledTwice(text, subject.word);
    }
    return encode(text, subject);
  }

  private String encode(String text, Subject subject) throws ManglingException {
    StringBuilder result = new StringBuilder();
    boolean kept = false;
    boolean changed = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isWhitelisted(c)) {
        result.append(c);
      } else if (this == AUTO && text.startsWith("\\x", i) && i + ESCAPE_LENGTH <= text.length()) {
        result.append(text, i, i + ESCAPE_LENGTH);
        i += ESCAPE_LENGTH - 1;
        kept = true;
      } else {
        if (this == AUTO && text.startsWith("\\x", i)) {
          throw mixed(text, subject);
        }
        result.append("\\x").append(HEX_DIGITS.charAt(c >> 4)).append(HEX_DIGITS.charAt(c & 15));
        changed = true;
      }
    }
    if (kept && changed) {
      throw mixed(text, subject);
    }
    if (result.length() > subject.limit) {
      throw new ManglingException(
          "Mangled form of the " + subject.word + " too long for \"" + text + "\".",
          String.format(subject.failure, text));
    }
    return result.toString();
  }

  /**
   * The mangled form of a name or UUID that the driver holds, as reports show it ({@code
   * mangled_name}, {@code mangled_uuid}). In mode NONE it is that of AUTO, but text that looks
   * mangled twice is not refused, since the driver may hold any text.
   *
   * @throws ManglingException with the lines to print, when it has no such form
   */
  public String mangleForDisplay(String text, Subject subject) throws ManglingException {
    return this == NONE ? AUTO.encode(text, subject) : mangle(text, subject);
  }

  /**
   * What users see of a name or UUID that came from the driver.
   *
   * @param word {@code name} or {@code UUID}
   * @throws ManglingException with the line to print when the driver holds something that should
   *     have been mangled
   */
  public String unmangle(String text, String word) throws ManglingException {
    if (this == NONE) {
      return text;
    }
    if (this == AUTO) {
      refuseMangledTwice(text, word);
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isWhitelisted(text.charAt(i)) && text.charAt(i) != '\\') {
        throw new ManglingException(
            "The "
                + word
                + " \""
                + text
                + "\" should be mangled but it contains blacklisted characters.");
      }
    }
    return decode(text);
  }

  /**
   * Turns each {@code \xNN} into its byte, and checks nothing. Where no hexadecimal digit follows
   * {@code \x}, the result ends, or is the whole text if nothing was decoded before; where only one
   * follows, the character after it is lost. So libdevmapper does it.
   */
  public static String decode(String text) {
    if (!text.contains("\\x")) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    boolean decode = false;
    for (int i = 0; i < text.length(); i++) {
      if (!text.startsWith("\\x", i)) {
        result.append(text.charAt(i));
        continue;
      }
      int high = digit(text, i + 2);
      int low = digit(text, i + 3);
      if (high < 0) {
        return decode ? result.toString() : text;
      }
      result.append((char) (low < 0 ? high : high << 4 | low));
      decode = true;
      i += ESCAPE_LENGTH - 1;
    }
    return result.toString();
  }

  private static void refuseMangledTwice(String text, String word) throws ManglingException {
    if (isMangledTwice(text)) {
      throw new ManglingException(
          "The "
              + word
              + " \""
              + text
              + "\" seems to be mangled more than once. This is not allowed in auto mode.");
    }
  }

  private static ManglingException mixed(String text, Subject subject) {
    return new ManglingException(
        "The "
            + subject.word
            + " \""
            + text
            + "\" contains mixed mangled and unmangled characters or it's already mangled"
            + " improperly.",
        String.format(subject.failure, text));
  }

  private static boolean isWhitelisted(char c) {
    return c >= '0' && c <= '9'
        || c >= 'A' && c <= 'Z'
        || c >= 'a' && c <= 'z'
        || WHITELIST.indexOf(c) >= 0;
  }

  private static int digit(String text, int index) {
    return index < text.length() && text.charAt(index) < 128
        ? Character.digit(text.charAt(index), 16)
        : -1;
  }
}
