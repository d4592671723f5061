package org.jdmsetup.tables;

import java.nio.charset.StandardCharsets;

/**
 * Byte text: strings that hold one byte (0 to 255) in each char.
 *
 * <p>Table text, target parameters and device names are bytes to dmsetup and to the kernel, in no
 * particular encoding; as byte text they pass through unchanged whatever they hold, and lengths and
 * columns count what the kernel counts. ASCII is the same in both worlds. Whoever reads a file or a
 * kernel's buffer makes byte text of it with {@link #of(byte[])}; whoever writes to a file, a
 * terminal or a buffer uses {@link #bytes}; what the JVM has decoded already (arguments, file
 * names) enters through {@link #ofUnicode} and what the JVM will encode leaves through {@link
 * #unicode}.
 */
public final class ByteText {

  private ByteText() {}

  /** Byte text of these bytes. */
  public static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of byte text; a char above 255, which byte text has not, becomes {@code ?}. */
  public static byte[] bytes(String byteText) {
    return byteText.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Byte text of a string of characters: their UTF-8 bytes. */
  public static String ofUnicode(String characters) {
    return of(characters.getBytes(StandardCharsets.UTF_8));
  }

  /** The characters that byte text spells in UTF-8; what is not UTF-8 becomes U+FFFD. */
  public static String unicode(String byteText) {
    return new String(bytes(byteText), StandardCharsets.UTF_8);
  }
}
