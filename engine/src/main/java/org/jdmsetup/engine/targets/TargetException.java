package org.jdmsetup.engine.targets;

import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.tables.Errno;

/** What a target refuses: the kernel's text for it, and what was found. */
public final class TargetException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;
  private final String kernelText;

  /**
   * @param kernelText the kernel's own text for this case
   * @param found what was found and what was expected, in plain words
   */
  public TargetException(Errno errno, String kernelText, String found) {
    this(errno.number(), kernelText, found);
  }

  /**
   * @param failure of a request that the target needs
   */
  public TargetException(Outcome failure, String kernelText, String found) {
    this(failure.number(), kernelText, found);
  }

  /**
   * @param errno positive, as the system gave it
   */
  public TargetException(int errno, String kernelText, String found) {
    super(kernelText + ": " + found);
    this.errno = errno;
    this.kernelText = kernelText;
  }

  private TargetException(int errno, String kernelText, TargetException of) {
    super(of.getMessage(), of);
    this.errno = errno;
    this.kernelText = kernelText;
  }

  /** A message whose effect {@link TargetContext#saveState} could not make durable. */
  public static TargetException stateNotSaved() {
    return new TargetException(
        Errno.EIO, "the message has no effect", "the journal cannot be written");
  }

  /** The same refusal with another error number. */
  public TargetException as(Errno other) {
    return new TargetException(other.number(), kernelText, this);
  }

  /** Positive. */
  public int errno() {
    return errno;
  }

  /** The kernel's own text. */
  public String kernelText() {
    return kernelText;
  }
}
