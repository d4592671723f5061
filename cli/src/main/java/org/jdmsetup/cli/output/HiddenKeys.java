package org.jdmsetup.cli.output;

/** Keeps the keys that stand in tables from being shown: each char of one becomes 0. */
public final class HiddenKeys {
  private static final String[] INTEGRITY = {"internal_hash:", "journal_crypt:", "journal_mac:"};

  private HiddenKeys() {}

  /** A target's parameters as they may be shown; of the same length. */
  public static String hidden(String type, String params) {
    switch (type) {
      case "crypt":
        return crypt(params);
      case "integrity":
        String shown = params;
        for (String argument : INTEGRITY) {
          shown = integrity(shown, argument);
        }
        return shown;
      default:
        return params;
    }
  }

  /** {@code CIPHER KEY ...}; a key that begins with a colon is only a reference to one. */
  private static String crypt(String params) {
    int key = params.indexOf(' ') + 1;
    if (key == 0 || params.startsWith(":", key)) {
      return params;
    }
    return zeros(params, key);
  }

  /** {@code ARGUMENT:ALGORITHM:KEY}; without the second colon there is no key. */
  private static String integrity(String params, String argument) {
    int at = params.indexOf(argument);
    if (at < 0) {
      return params;
    }
    int algorithm = at + argument.length();
    int colon = params.indexOf(':', algorithm);
    int blank = params.indexOf(' ', algorithm);
    if (colon < 0 || (blank >= 0 && blank < colon)) {
      return params;
    }
    return zeros(params, colon + 1);
  }

  private static String zeros(String params, int from) {
    int blank = params.indexOf(' ', from);
    int to = blank < 0 ? params.length() : blank;
    return params.substring(0, from) + "0".repeat(to - from) + params.substring(to);
  }
}
