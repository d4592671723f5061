package org.jdmsetup.tables.check;

import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.text.Position;

/**
 * Something in a table that a kernel refuses. Its strings quote the table in {@linkplain ByteText
 * byte text}.
 *
 * @param rule index of the rule, from 0; -1 when it is the table as a whole
 * @param position of the word at fault
 * @param kernelText what the kernel writes to its log, without the device's number; may be empty
 * @param found what stands there, in plain words
 * @param expected what should stand there, in plain words
 * @param errno the error number that the kernel answers with
 * @param certain whether every kernel refuses it, with that error number
 */
public record Problem(
    int rule,
    Position position,
    String kernelText,
    String found,
    String expected,
    Errno errno,
    boolean certain) {

  /** One line for a user: position, found and expected. */
  public String reason() {
    return position + ": " + sentence();
  }

  /** Found and expected. */
  public String sentence() {
    return found + ": expected " + expected;
  }

  /** Whether a line says what this problem is, in the kernel's words. */
  public boolean isIn(String line) {
    return !kernelText.isEmpty() && line.contains(kernelText);
  }

  /** What a user is told, with the kernel's own text behind it where it has one. */
  public String withKernelText(String told) {
    return kernelText.isEmpty() ? told : told + " (" + kernelText + ")";
  }
}
