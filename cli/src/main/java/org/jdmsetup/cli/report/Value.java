package org.jdmsetup.cli.report;

/**
 * What a row says in one field: the text that is shown, and what sorting and selection compare.
 * Which of the comparable parts counts depends on the field's {@link FieldType}.
 */
public final class Value {
  private final String shown;
  private final long number;
  private final double sectors;

  private Value(String shown, long number, double sectors) {
    this.shown = shown;
    this.number = number;
    this.sectors = sectors;
  }

  /** Of a string field. */
  public static Value text(String text) {
    return new Value(text, 0, 0);
  }

  /** Of a number field: unsigned 64 bits, shown in decimal. */
  public static Value number(long number) {
    return number(Long.toUnsignedString(number), number);
  }

  /** Of a number field that shows something else than what it compares by (unsigned). */
  public static Value number(String shown, long compared) {
    return new Value(shown, compared, 0);
  }

  /**
   * Of a size field.
   *
   * @param sectors what it compares by
   */
  public static Value size(String shown, double sectors) {
    return new Value(shown, 0, sectors);
  }

  String shown() {
    return shown;
  }

  long number() {
    return number;
  }

  double sectors() {
    return sectors;
  }

  /** Below, equal to (0) or above another value of the same field. */
  int compareTo(Value other, FieldType type) {
    switch (type) {
      case NUMBER:
        return Long.compareUnsigned(number, other.number);
      case SIZE:
        return Double.compare(sectors, other.sectors);
      default:
        return shown.compareTo(other.shown);
    }
  }
}
