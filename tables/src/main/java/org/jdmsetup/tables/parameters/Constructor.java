package org.jdmsetup.tables.parameters;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.NumberWord;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * A target's constructor at work on its words: reads them one by one, remembers which devices it
 * would have opened by then, and words what is wrong.
 */
final class Constructor {

  private final Words words;
  private final List<DeviceRef> opened = new ArrayList<>();

  Constructor(Words words) {
    this.words = words;
  }

  /** Reads a sector of a device. */
  Sectors sector(int word, String kernelText) throws ParamsException {
    String text = words.get(word);
    switch (NumberWord.sector(text)) {
      case JUNK:
        throw fault(kernelText, word, Quotation.of(text), "a sector number in decimal digits");
      case TOO_LARGE:
        // Kernels let it wrap around to some other sector.
        throw doubt(
            kernelText,
            word,
            Quotation.of(text),
            "a sector number of at most " + Long.toUnsignedString(-1L));
      default:
        return new Sectors(NumberWord.sectorValue(text));
    }
  }

  /**
   * Reads a number as {@code dm_read_arg} does.
   *
   * @param word may be one that is missing
   * @param min at least 0
   * @param max at most 2<sup>32</sup>-1
   */
  long argument(int word, long min, long max, String kernelText, String what)
      throws ParamsException {
    String expected = what + ", a number from " + min + " to " + max;
    if (word >= words.size()) {
      throw fault(kernelText, word, "nothing", expected);
    }
    String text = words.get(word);
    NumberWord.Reading reading = NumberWord.argument(text);
    if (reading == NumberWord.Reading.TOO_LARGE) {
      // Kernels let it wrap around to some other number.
      throw doubt(kernelText, word, Quotation.of(text), expected);
    }
    long value = reading == NumberWord.Reading.NUMBER ? NumberWord.sectorValue(text) : -1;
    if (value < min || value > max) {
      throw fault(kernelText, word, Quotation.of(text), expected);
    }
    return value;
  }

  /** Reads how many words follow, as {@code dm_read_arg_group} does: so many must be there. */
  int group(int word, long max, String kernelText, String what) throws ParamsException {
    long count = argument(word, 0, max, kernelText, what);
    int left = words.size() - word - 1;
    if (count > left) {
      throw fault(
          kernelText, word, Quotation.of(words.get(word)), "as many words to follow, not " + left);
    }
    return (int) count;
  }

  /** Reads a number of 32 bits. */
  long number(int word, String kernelText, String what) throws ParamsException {
    String text = words.get(word);
    if (NumberWord.count(text) != NumberWord.Reading.NUMBER) {
      throw fault(
          kernelText, word, Quotation.of(text), what + ", a number from 0 to " + 0xffff_ffffL);
    }
    return NumberWord.countValue(text);
  }

  /** Reads a positive number of 32 bits. */
  long count(int word, String kernelText, String what) throws ParamsException {
    String text = words.get(word);
    long value =
        NumberWord.count(text) == NumberWord.Reading.NUMBER ? NumberWord.countValue(text) : 0;
    if (value == 0) {
      throw fault(
          kernelText, word, Quotation.of(text), what + ", a number from 1 to " + 0xffff_ffffL);
    }
    return value;
  }

  /** Reads a device, which is as far as one can see one that opens. */
  DeviceRef device(int word, String kernelText) throws ParamsException {
    DeviceRef device = device(word, kernelText, Errno.EOVERFLOW);
    opened.add(device);
    return device;
  }

  /**
   * Reads a device for a target that answers {@code EINVAL} whatever is wrong with it; so what is
   * at fault behind it need not wait for the device.
   */
  DeviceRef deviceOrInvalid(int word, String kernelText) throws ParamsException {
    return device(word, kernelText, Errno.EINVAL);
  }

  private DeviceRef device(int word, String kernelText, Errno errno) throws ParamsException {
    try {
      return DeviceRef.parse(words.get(word));
    } catch (DeviceNumberException e) {
      throw new ParamsException(
          kernelText,
          words,
          word,
          Quotation.of(words.get(word)),
          "a major number of at most "
              + DeviceNumber.MAX_MAJOR
              + " and a minor number of at most "
              + DeviceNumber.MAX_MINOR,
          errno,
          e.certain(),
          List.copyOf(opened));
    }
  }

  /** Too few or too many words: points at the first that is too many, or past the last. */
  ParamsException wordCount(String kernelText, long wanted, String what) {
    int word = (int) Math.min(words.size(), wanted);
    String found = words.size() == 1 ? "1 parameter" : words.size() + " parameters";
    return fault(kernelText, word, found, what);
  }

  /** What some kernels take and others refuse with {@code EINVAL}. */
  ParamsException doubt(String kernelText, int word, String found, String expected) {
    return new ParamsException(
        kernelText, words, word, found, expected, Errno.EINVAL, false, List.copyOf(opened));
  }

  /** What every kernel refuses with {@code EINVAL}. */
  ParamsException fault(String kernelText, int word, String found, String expected) {
    return new ParamsException(
        kernelText, words, word, found, expected, Errno.EINVAL, true, List.copyOf(opened));
  }
}
