package org.jdmsetup.cli.report;

import java.util.List;

/** A regular expression cannot be read. */
final class RegexSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> complaints;

  RegexSyntaxException(List<String> complaints) {
    super(complaints.get(0));
    this.complaints = List.copyOf(complaints);
  }

  /** The lines to print. */
  List<String> complaints() {
    return complaints;
  }
}
