package org.jdmsetup.cli.option;

import org.jdmsetup.cli.report.Headings;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.ReadAhead;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.CText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Makes the argument of an option a value of its kind, for picocli's model of the option. What will
 * not do is refused in the words of dmsetup, which are the exception's message.
 */
final class ArgumentConverter implements ITypeConverter<Object> {
  static final String AUTO = "auto";
  static final String NONE = "none";

  private final Opt.Kind kind;

  ArgumentConverter(Opt.Kind kind) {
    this.kind = kind;
  }

  @Override
  public Object convert(String text) {
    return switch (kind) {
      case FLAG, TEXT -> text;
      case NUMBER -> CNumber.atoi(text);
      case COUNT -> atLeast(0, text, "Count must be zero or greater.");
      case INTERVAL -> atLeast(1, text, "Interval must be a positive integer.");
      case MODE -> mode(text);
      case MANGLING -> known(Mangling.ofWord(text), "Unknown name mangling mode.");
      case READ_AHEAD -> readAhead(text);
      case COOKIE -> Cookie.parse(text);
      case HEADINGS -> known(Headings.ofWord(text), "Unknown headings type.");
      case BACKEND ->
          known(
              Backend.ofWord(text),
              "Unknown backend '" + text + "': it is auto, kernel or engine.");
    };
  }

  /** Whether this argument of {@code --readahead} is a word and not a number. */
  static boolean isReadAheadWord(String text) {
    return text.equalsIgnoreCase(AUTO) || text.equalsIgnoreCase(NONE);
  }

  private static Integer atLeast(int least, String text, String refusal) {
    int number = CNumber.atoi(text);
    if (number < least) {
      throw new TypeConversionException(refusal);
    }
    return number;
  }

  private static Object known(Object value, String refusal) {
    if (value == null) {
      throw new TypeConversionException(refusal);
    }
    return value;
  }

  private static Integer mode(String text) {
    CNumber mode = CNumber.read(text, 8);
    if (mode.end != text.length() || (int) mode.value == 0 || mode.overflowed) {
      String why = mode.overflowed ? Errno.ERANGE.text() : "";
      throw new TypeConversionException("Invalid argument for --mode: " + text + ". " + why);
    }
    return (int) mode.value;
  }

  /** A word, or a number that is cut to 32 bits; with a plus before it, it is a minimum. */
  private static ReadAhead readAhead(String text) {
    if (text.equalsIgnoreCase(AUTO)) {
      return ReadAhead.AUTO;
    }
    if (text.equalsIgnoreCase(NONE)) {
      return new ReadAhead(Sectors.ZERO, false);
    }
    int sectors = CNumber.atoi(text);
    if (sectors == -1) {
      return ReadAhead.AUTO;
    }
    if (sectors < 0) {
      throw new TypeConversionException(
          "Negative read ahead value (" + sectors + ") is not understood.");
    }
    boolean minimum = text.startsWith("+", CText.afterSpace(text, 0));
    return new ReadAhead(new Sectors(sectors), minimum);
  }
}
