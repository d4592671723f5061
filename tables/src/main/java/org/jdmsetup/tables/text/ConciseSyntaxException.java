package org.jdmsetup.tables.text;

/** A concise text stops in the middle of a device; the message is dmsetup's, of two lines. */
public final class ConciseSyntaxException extends Exception {

  private static final long serialVersionUID = 1;

  ConciseSyntaxException(String message) {
    super(message);
  }
}
