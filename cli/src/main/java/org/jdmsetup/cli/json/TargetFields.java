package org.jdmsetup.cli.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * Names for the words in the status ({@link StatusLayouts}) and in the table ({@link TableLayouts})
 * of a target. Sizes are in sectors unless a name says otherwise.
 */
public final class TargetFields {
  private TargetFields() {}

  /** The words of a status or of parameters. */
  public static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text);
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }

  /** The fields of a status; null when this type or this layout has no names here. */
  public static Map<String, Object> status(String type, String text) {
    FieldReader fields = new FieldReader(words(text));
    try {
      return StatusLayouts.read(type, fields) && fields.atEnd() ? fields.named() : null;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null; // a layout of another version
    }
  }

  /** The fields of parameters as {@code table} shows them; null as with {@link #status}. */
  public static Map<String, Object> table(String type, String text) {
    FieldReader fields = new FieldReader(words(text));
    try {
      return TableLayouts.read(type, fields) && fields.atEnd() ? fields.named() : null;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null; // a layout of another version
    }
  }
}
