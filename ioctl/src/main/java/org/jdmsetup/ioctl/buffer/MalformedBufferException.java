package org.jdmsetup.ioctl.buffer;

/**
 * A control buffer whose content contradicts itself: a length, an offset or a string that leaves
 * the buffer. The message says which field, what it holds and what was expected.
 */
public final class MalformedBufferException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedBufferException(String message) {
    super(message);
  }
}
