package org.jdmsetup.ioctl.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.tables.ByteText;

/**
 * The command line as byte text. The JVM decodes the argument vector with the locale's character
 * set and, in the C locale, loses every byte above 127 ({@code sun.jnu.encoding} is ASCII there, in
 * JDK 17 as in 25); names and tables are bytes, so they are taken from {@code /proc/self/cmdline}.
 */
public final class ProcessArguments {
  private static final Path VECTOR = Path.of("/proc/self/cmdline");

  private ProcessArguments() {}

  /**
   * The words of the command line as the bytes that the caller passed.
   *
   * @param decoded what {@code main} received
   */
  public static String[] of(String[] decoded) {
    boolean intact = true;
    for (String word : decoded) {
      intact &= isPlain(word);
    }
    if (intact) {
      return decoded;
    }
    try {
      return of(decoded, Files.readAllBytes(VECTOR));
    } catch (IOException e) {
      return unicode(decoded);
    }
  }

  public static String[] of(String[] decoded, byte[] vector) {
    String all = ByteText.of(vector);
    if (!all.endsWith("\0")) {
      return unicode(decoded);
    }
    String[] words = all.substring(0, all.length() - 1).split("\0", -1);
    int skip = words.length - decoded.length;
    if (skip < 1) {
      return unicode(decoded);
    }
    String[] own = new String[decoded.length];
    System.arraycopy(words, skip, own, 0, own.length);
    return own;
  }

  private static String[] unicode(String[] decoded) {
    String[] words = new String[decoded.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = ByteText.ofUnicode(decoded[i]);
    }
    return words;
  }

  /** Whether decoding cannot have changed anything: lost bytes become ? or chars above 127. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 || text.charAt(i) == '?') {
        return false;
      }
    }
    return true;
  }
}
