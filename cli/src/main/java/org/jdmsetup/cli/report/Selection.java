package org.jdmsetup.cli.report;

import java.util.List;

/** Which rows a report shows: a condition, or several joined by logical operators. */
sealed interface Selection {
  /** Every row. */
  Selection ALL = new And(List.of());

  /** Whether the values of a row (one for each column) pass. */
  boolean test(Value[] values);

  /** All of these. */
  record And(List<Selection> terms) implements Selection {
    @Override
    public boolean test(Value[] values) {
      for (Selection term : terms) {
        if (!term.test(values)) {
          return false;
        }
      }
      return true;
    }
  }

  /** At least one of these. */
  record Or(List<Selection> terms) implements Selection {
    @Override
    public boolean test(Value[] values) {
      for (Selection term : terms) {
        if (term.test(values)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Not this. */
  record Not(Selection term) implements Selection {
    @Override
    public boolean test(Value[] values) {
      return !term.test(values);
    }
  }

  /** A string field equals a text, or does not. */
  record Text(int column, Comparison comparison, String text) implements Selection {
    @Override
    public boolean test(Value[] values) {
      return comparison.holds(values[column].shown().compareTo(text));
    }
  }

  /** A string field holds a match of a regular expression, or does not. */
  record Match(int column, Comparison comparison, Regex regex) implements Selection {
    @Override
    public boolean test(Value[] values) {
      return regex.matches(values[column].shown()) == (comparison == Comparison.MATCHES);
    }
  }

  /** A number field against an unsigned number. */
  record Number(int column, Comparison comparison, long number) implements Selection {
    @Override
    public boolean test(Value[] values) {
      return comparison.holds(Long.compareUnsigned(values[column].number(), number));
    }
  }

  /** A size field against a size in sectors; what differs by rounding only is equal. */
  record Size(int column, Comparison comparison, double sectors) implements Selection {
    @Override
    public boolean test(Value[] values) {
      double difference = values[column].sectors() - sectors;
      boolean equal = Math.abs(difference) < Math.ulp(1.0);
      return comparison.holds(equal ? 0 : difference < 0 ? -1 : 1);
    }
  }
}
