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
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

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
      return of(decoded, Files.readAllBytes(COMMAND_LINE));
    } catch (IOException e) {
      return asUtf8(decoded);
    }
  }

  /**
   * The words of the command line, which are the last ones of what the kernel keeps.
   *
   * @param commandLine what {@code /proc/self/cmdline} holds: the JVM's own words too
   */
  public static String[] of(String[] decoded, byte[] commandLine) {
    String all = ByteText.of(commandLine);
    if (!all.endsWith("\0")) {
      return asUtf8(decoded);
    }
    String[] words = all.substring(0, all.length() - 1).split("\0", -1);
    int skip = words.length - decoded.length;
    if (skip < 1) {
      return asUtf8(decoded);
    }
    String[] own = new String[decoded.length];
    System.arraycopy(words, skip, own, 0, own.length);
    return own;
  }

  private static String[] asUtf8(String[] decoded) {
    String[] words = new String[decoded.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = ByteText.ofUnicode(decoded[i]);
    }
    return words;
  }

  /**
   * Whether decoding has lost nothing: it turns a byte that it loses into ? or a char above 127.
   */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 || text.charAt(i) == '?') {
        return false;
      }
    }
    return true;
  }
}
