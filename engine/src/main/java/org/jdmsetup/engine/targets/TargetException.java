package org.jdmsetup.engine.targets;

import org.jdmsetup.ioctl.system.Errno;

/** What a target refuses: the kernel's text for it, and what was found. */
public final class TargetException extends Exception {
  private static final long serialVersionUID = 1;

  public static final int EINVAL = 22;

  private final int errno;
  private final String kernelText;

  /**
   * @param errno positive
   * @param kernelText the kernel's own text for this case
   * @param found what was found and what was expected, in plain words
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

  /** A message whose effect {@link TargetContext#remember} could not make durable. */
  public static TargetException notRemembered() {
    return new TargetException(
        Errno.EIO.number(), "the message has no effect", "the journal cannot be written");
  }

  /** The same refusal with another error number. */
  public TargetException as(int errno) {
    return new TargetException(errno, kernelText, this);
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
