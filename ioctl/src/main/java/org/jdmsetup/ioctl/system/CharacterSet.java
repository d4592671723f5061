package org.jdmsetup.ioctl.system;

import java.util.Map;
import org.jdmsetup.tables.ByteText;

/** The character set of the user's locale. */
public final class CharacterSet {
  private CharacterSet() {}

  /**
   * Whether text is UTF-8 in the locale that the environment names, as the C library has it: a
   * locale that is not installed counts as none.
   */
  public static boolean isUtf8(Map<String, String> environment) {
    LibC libc = LibC.get();
    long locale = libc.newlocale(Linux.LC_CTYPE_MASK, LibC.path(name(environment)), 0);
    if (locale == 0) {
      return false;
    }
    String codeset = LibC.text(libc.nl_langinfo_l(Linux.CODESET, locale));
    libc.freelocale(locale);
    return codeset.equals("UTF-8");
  }

  private static String name(Map<String, String> environment) {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return ByteText.ofUnicode(value);
      }
    }
    return "C";
  }
}
