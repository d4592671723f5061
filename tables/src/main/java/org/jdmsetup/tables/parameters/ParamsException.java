package org.jdmsetup.tables.parameters;

import java.util.List;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.text.Words;

/** Parameters that a target's constructor refuses; its message is found and expected. */
public final class ParamsException extends Exception {

  private static final long serialVersionUID = 1;

  private final String kernelText;
  private final int word;
  private final int column;
  private final String found;
  private final String expected;
  private final Errno errno;
  private final boolean certain;
  private final transient List<DeviceRef> devicesBefore;

  ParamsException(
      String kernelText,
      Words words,
      int word,
      String found,
      String expected,
      Errno errno,
      boolean certain,
      List<DeviceRef> devicesBefore) {
    super(found + ": expected " + expected);
    this.kernelText = kernelText;
    this.word = word;
    this.column = words.column(word);
    this.found = found;
    this.expected = expected;
    this.errno = errno;
    this.certain = certain;
    this.devicesBefore = devicesBefore;
  }

  /** The kernel's own text, for example {@code Invalid argument count}. */
  public String kernelText() {
    return kernelText;
  }

  /** Index of the word at fault, from 0; the number of words when one is missing. */
  public int word() {
    return word;
  }

  /** Where that word starts in the parameters, from 1; one past their end when one is missing. */
  public int column() {
    return column;
  }

  /** What stands there, in plain words. */
  public String found() {
    return found;
  }

  /** What should stand there, in plain words. */
  public String expected() {
    return expected;
  }

  /** The error number that the kernel answers with. */
  public Errno errno() {
    return errno;
  }

  /** Whether every kernel refuses it, with that error number. */
  public boolean certain() {
    return certain;
  }

  /** Devices of the same rule that the kernel opens before it meets the fault. */
  public List<DeviceRef> devicesBefore() {
    return devicesBefore;
  }
}
