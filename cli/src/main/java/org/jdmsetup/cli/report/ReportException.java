package org.jdmsetup.cli.report;

/**
 * A report cannot be made or a row cannot be added. What dmsetup says about it has been printed.
 */
public final class ReportException extends Exception {
  private static final long serialVersionUID = 1L;

  public ReportException(String message) {
    super(message);
  }
}
