package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * {@code flakey DEVICE START UP DOWN [COUNT FEATURE…]}: a device that works and fails in turn. The
 * features are those of Linux 6.1.
 *
 * @param start sector of the device that the rule's first sector maps to
 * @param up seconds for which the device works, 0 to 2<sup>32</sup>-1
 * @param down seconds for which it then fails; up and down together are 1 to 2<sup>32</sup>-1
 * @param writes what becomes of writes while down
 * @param corruption what is spoilt while down, null for nothing
 * @param length sectors of the rule
 */
public record FlakeyParams(
    DeviceRef device,
    Sectors start,
    long up,
    long down,
    Writes writes,
    Corruption corruption,
    Sectors length)
    implements TargetParams {

  static final String TYPE = "flakey";

  private static final long MAX = 0xffff_ffffL;

  /** Words of all features together that Linux 6.1 takes; later kernels have more features. */
  private static final int MAX_FEATURE_WORDS = 6;

  /** What a feature makes of writes while the device is down. */
  public enum Writes {
    /** No feature for writes. */
    PLAIN,
    /** {@code drop_writes}: they succeed and have no effect. */
    DROPPED,
    /** {@code error_writes}: they fail, reads do not. */
    FAILED
  }

  /**
   * {@code corrupt_bio_byte POSITION r|w VALUE FLAGS}: a byte of each request is replaced.
   *
   * @param position of the byte in the data of a request, from 1 to 2<sup>32</sup>-1
   * @param ofWrites whether writes are spoilt, else reads
   * @param value 0 to 255
   * @param flags bits that a request must have, 32 bits
   */
  public record Corruption(long position, boolean ofWrites, int value, long flags) {}

  public FlakeyParams {
    Objects.requireNonNull(device);
    Objects.requireNonNull(writes);
  }

  static FlakeyParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 4) {
      throw constructor.wordCount(
          "Invalid argument count",
          4,
          "at least 4, a device, its start sector, and for how many seconds it is up and down");
    }
    Sectors start = constructor.sector(1, "Invalid device sector");
    long up = constructor.argument(2, 0, MAX, "Invalid up interval", "seconds up");
    long down = constructor.argument(3, 0, MAX, "Invalid up interval", "seconds down");
    if (((up + down) & MAX) == 0) {
      throw constructor.fault(
          "Total (up + down) interval is zero", 2, up + " and " + down, "a sum from 1 to " + MAX);
    }
    if (up + down > MAX) {
      throw constructor.fault(
          "Interval overflow", 2, up + " and " + down, "a sum from 1 to " + MAX);
    }
    Features features = new Features(constructor, words);
    features.parse();
    DeviceRef device = constructor.device(0, "Device lookup failed");
    return new FlakeyParams(
        device, start, up, down, features.writes, features.corruption, ruleLength);
  }

  /** The optional words, in any order. What follows them is ignored. */
  private static final class Features {
    private static final String DROP = "drop_writes";
    private static final String FAIL = "error_writes";
    private static final String CORRUPT = "corrupt_bio_byte";

    private final Constructor constructor;
    private final Words words;
    private int word = 4;
    private Writes writes = Writes.PLAIN;
    private Corruption corruption;

    Features(Constructor constructor, Words words) {
      this.constructor = constructor;
      this.words = words;
    }

    void parse() throws ParamsException {
      if (words.size() == word) {
        return;
      }
      // The count can go below zero, as a kernel's wraps: it then runs out of words.
      for (int left = count(); left != 0; left--) {
        if (word >= words.size()) {
          throw constructor.fault(
              "Insufficient feature arguments", word, "nothing", "a count of all feature words");
        }
        String feature = words.get(word++);
        if (feature.equalsIgnoreCase(DROP)) {
          writes(Writes.DROPPED, DROP, FAIL);
        } else if (feature.equalsIgnoreCase(FAIL)) {
          writes(Writes.FAILED, FAIL, DROP);
        } else if (feature.equalsIgnoreCase(CORRUPT)) {
          if (left == 1) {
            throw constructor.fault(
                "Feature corrupt_bio_byte requires parameters",
                word - 1,
                "a count of feature words that ends with its name",
                "one that counts its 4 parameters as well");
          }
          corruption = corruption();
          left -= 4;
        } else {
          throw constructor.doubt(
              "Unrecognised flakey feature requested",
              word - 1,
              Quotation.of(feature),
              DROP + ", " + FAIL + " or " + CORRUPT);
        }
      }
      checkTogether();
    }

    private int count() throws ParamsException {
      String text = "Invalid number of feature args";
      String what = "the number of words that follow for features";
      if (constructor.argument(word, 0, MAX, text, what) > MAX_FEATURE_WORDS) {
        throw constructor.doubt(
            text, word, Quotation.of(words.get(word)), what + ", at most " + MAX_FEATURE_WORDS);
      }
      return constructor.group(word++, MAX_FEATURE_WORDS, text, what);
    }

    private void writes(Writes wanted, String name, String other) throws ParamsException {
      if (writes == wanted) {
        throw constructor.fault(
            "Feature " + name + " duplicated", word - 1, name + " again", "it once");
      }
      if (writes != Writes.PLAIN) {
        throw constructor.fault(
            "Feature " + name + " conflicts with feature " + other,
            word - 1,
            name + " after " + other,
            "one of them");
      }
      writes = wanted;
    }

    private Corruption corruption() throws ParamsException {
      long position =
          constructor.argument(word++, 1, MAX, "Invalid corrupt bio byte", "which byte to spoil");
      String direction = word < words.size() ? words.get(word) : "";
      boolean ofWrites = direction.equalsIgnoreCase("w");
      if (!ofWrites && !direction.equalsIgnoreCase("r")) {
        throw constructor.fault(
            "Invalid corrupt bio direction (r or w)",
            word,
            direction.isEmpty() ? "nothing" : Quotation.of(direction),
            "r or w");
      }
      word++;
      long value =
          constructor.argument(
              word++,
              0,
              255,
              "Invalid corrupt value to write into bio byte (0-255)",
              "the byte's new value");
      long flags =
          constructor.argument(
              word++, 0, MAX, "Invalid corrupt bio flags mask", "the flags of a request");
      return new Corruption(position, ofWrites, (int) value, flags);
    }

    private void checkTogether() throws ParamsException {
      if (writes != Writes.PLAIN && corruption != null && corruption.ofWrites) {
        String name = writes == Writes.DROPPED ? DROP : FAIL;
        throw constructor.fault(
            name + " is incompatible with corrupt_bio_byte with the WRITE flag set",
            4,
            name + " and corrupt_bio_byte of writes",
            "one of them");
      }
    }
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    StringBuilder text = new StringBuilder().append(Words.escape(deviceName.apply(device)));
    text.append(' ').append(start);
    text.append(' ').append(up).append(' ').append(down);
    int count = (writes == Writes.PLAIN ? 0 : 1) + (corruption == null ? 0 : 5);
    text.append(' ').append(count).append(' ');
    if (writes != Writes.PLAIN) {
      text.append(writes == Writes.DROPPED ? Features.DROP : Features.FAIL).append(' ');
    }
    if (corruption != null) {
      text.append(Features.CORRUPT).append(' ').append(corruption.position);
      text.append(corruption.ofWrites ? " w " : " r ").append(corruption.value);
      text.append(' ').append(corruption.flags).append(' ');
    }
    return text.toString();
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(new DeviceUse(device, start, length));
  }
}
