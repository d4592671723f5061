package org.jdmsetup.tables.parameters;

import org.jdmsetup.tables.text.NumberWord;

/** Words that spell a device number, {@code MAJOR:MINOR}, read as the kernel reads them. */
final class DeviceNumberWord {

  private DeviceNumberWord() {}

  /** Whether {@code sscanf} with {@code %u:%u%c} finds exactly two numbers. */
  static boolean isDeviceNumber(String word) {
    return colon(word) >= 0;
  }

  /** The device number that a word spells, or null if it spells none. */
  static DeviceNumber deviceNumber(String word) throws DeviceNumberException {
    int colon = colon(word);
    if (colon < 0) {
      return null;
    }
    int majorFrom = NumberWord.skipBlanks(word, 0);
    int minorFrom = NumberWord.skipBlanks(word, colon + 1);
    boolean wraps =
        !NumberWord.fits(word, majorFrom, colon, 0xffff_ffffL)
            || !NumberWord.fits(word, minorFrom, word.length(), 0xffff_ffffL);
    if (wraps
        || !NumberWord.fits(word, majorFrom, colon, DeviceNumber.MAX_MAJOR)
        || !NumberWord.fits(word, minorFrom, word.length(), DeviceNumber.MAX_MINOR)) {
      throw new DeviceNumberException(word, !wraps);
    }
    return new DeviceNumber(
        (int) NumberWord.value(word, majorFrom, colon),
        (int) NumberWord.value(word, minorFrom, word.length()));
  }

  /** Where the colon of a device number is; -1 if the word is none. */
  private static int colon(String word) {
    int from = NumberWord.skipBlanks(word, 0);
    int colon = NumberWord.endOfDigits(word, from);
    if (colon == from || colon == word.length() || word.charAt(colon) != ':') {
      return -1;
    }
    int minorFrom = NumberWord.skipBlanks(word, colon + 1);
    boolean minor =
        minorFrom < word.length() && NumberWord.endOfDigits(word, minorFrom) == word.length();
    return minor ? colon : -1;
  }
}
