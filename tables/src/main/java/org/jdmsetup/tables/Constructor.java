package org.jdmsetup.tables;

import java.util.ArrayList;
import java.util.List;

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
  long sector(int word, String kernelText) throws ParamsException {
    String text = words.get(word);
    switch (NumberWord.sector(text)) {
      case JUNK:
        throw fault(kernelText, word, Quotation.of(text), "a sector number in decimal digits");
      case TOO_LARGE:
        // Kernels let it wrap around to some other sector.
        throw new ParamsException(
            kernelText,
            words,
            word,
            Quotation.of(text),
            "a sector number of at most " + Long.toUnsignedString(-1L),
            Problem.EINVAL,
            false,
            List.copyOf(opened));
      default:
        return NumberWord.sectorValue(text);
    }
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
    try {
      DeviceRef device = DeviceRef.parse(words.get(word));
      opened.add(device);
      return device;
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
          Problem.EOVERFLOW,
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

  /** What every kernel refuses with {@code EINVAL}. */
  ParamsException fault(String kernelText, int word, String found, String expected) {
    return new ParamsException(
        kernelText, words, word, found, expected, Problem.EINVAL, true, List.copyOf(opened));
  }
}
