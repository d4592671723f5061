package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.NumberWord;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * {@code snapshot ORIGIN COW STORE CHUNK [COUNT FEATURE…]}: a device as it was, what has changed
 * since being kept on another; and {@code snapshot-merge} with the same parameters, which folds the
 * changes back.
 *
 * @param merge whether it is {@code snapshot-merge}
 * @param origin the device as it is
 * @param cow where chunks are kept that differ
 * @param store how it is known which chunks these are
 * @param chunk sectors of a chunk: a power of two up to 2097152, or 0 for what the store has
 * @param discardZeroesCow whether a discard of whole chunks zeroes those that were copied
 * @param discardPassdownOrigin whether discards go to the origin too; only with the former
 * @param length sectors of the rule
 */
public record SnapshotParams(
    boolean merge,
    DeviceRef origin,
    DeviceRef cow,
    Store store,
    Sectors chunk,
    boolean discardZeroesCow,
    boolean discardPassdownOrigin,
    Sectors length)
    implements TargetParams {

  static final String TYPE = "snapshot";
  static final String MERGE_TYPE = "snapshot-merge";

  /** What a kernel can count in bytes in an int, rounded down to a power of two. */
  public static final Sectors MAX_CHUNK = new Sectors(1L << 21);

  private static final String NO_STORE = "Couldn't create exception store";

  /** Exception stores, by the letters of a table. */
  public enum Store {
    /** Persistent: the table of exceptions is on the COW device too. */
    P,
    /** Persistent, and a full COW device stops writes instead of ending the snapshot. */
    PO,
    /** Transient: the table of exceptions is in memory. */
    N
  }

  public SnapshotParams {
    Objects.requireNonNull(origin);
    Objects.requireNonNull(cow);
    Objects.requireNonNull(store);
    if (!isChunk(chunk)) {
      throw new IllegalArgumentException("chunk of " + chunk + " sectors");
    }
    if (discardPassdownOrigin && !discardZeroesCow) {
      throw new IllegalArgumentException("discard_passdown_origin without discard_zeroes_cow");
    }
  }

  static SnapshotParams parse(boolean merge, Sectors ruleLength, Words words)
      throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 4) {
      throw constructor.wordCount(
          "requires 4 or more arguments",
          4,
          "an origin, a COW device, P, PO or N, and a chunk size in sectors");
    }
    Features features = new Features();
    features.parse(constructor, words);
    DeviceRef origin = constructor.device(0, "Cannot get origin device");
    if (words.get(1).equals(words.get(0))) {
      throw constructor.fault(
          "COW device cannot be the same as origin device",
          1,
          Quotation.of(words.get(1)) + " twice",
          "two devices");
    }
    DeviceRef cow = constructor.device(1, "Cannot get COW device");
    Store store = store(constructor, words.get(2));
    Sectors chunk = chunk(constructor, words.get(3));
    return new SnapshotParams(
        merge, origin, cow, store, chunk, features.zeroesCow, features.passdown, ruleLength);
  }

  /** The words from the fifth on. */
  private static final class Features {
    private static final int COUNT = 4;
    private static final int MAX = 2;

    private boolean zeroesCow;
    private boolean passdown;

    private void parse(Constructor constructor, Words words) throws ParamsException {
      if (words.size() <= COUNT) {
        return;
      }
      int count =
          constructor.group(
              COUNT, MAX, "Invalid number of feature arguments", "a count of features");
      int unknown = unknownAfterKnown(words, COUNT + 1 + count);
      // As the kernel does it, the combination is what it complains about first.
      if (passdown && !zeroesCow) {
        throw constructor.fault(
            "discard_passdown_origin feature depends on discard_zeroes_cow",
            COUNT + 1,
            "discard_passdown_origin alone",
            "discard_zeroes_cow with it");
      }
      if (unknown >= 0) {
        throw constructor.fault(
            "Unrecognised feature requested",
            unknown,
            Quotation.of(words.get(unknown)),
            "discard_zeroes_cow or discard_passdown_origin");
      }
    }

    /** Takes features until one is unknown; its index, or -1. */
    private int unknownAfterKnown(Words words, int end) {
      for (int word = COUNT + 1; word < end; word++) {
        if (words.get(word).equalsIgnoreCase("discard_zeroes_cow")) {
          zeroesCow = true;
        } else if (words.get(word).equalsIgnoreCase("discard_passdown_origin")) {
          passdown = true;
        } else {
          return word;
        }
      }
      return -1;
    }
  }

  /** Of the letters, the first two count in any case; what follows an N does not. */
  private static Store store(Constructor constructor, String word) throws ParamsException {
    char type = Character.toUpperCase(word.charAt(0));
    if (type == 'N') {
      return Store.N;
    }
    if (type == 'P' && word.length() == 1) {
      return Store.P;
    }
    if (type == 'P' && Character.toUpperCase(word.charAt(1)) == 'O') {
      return Store.PO;
    }
    throw constructor.fault(NO_STORE, 2, "exception store " + Quotation.of(word), "P, PO or N");
  }

  private static boolean isChunk(Sectors chunk) {
    return chunk.isZero() || chunk.isPowerOfTwo() && chunk.isAtMost(MAX_CHUNK);
  }

  private static Sectors chunk(Constructor constructor, String word) throws ParamsException {
    String expected = "a chunk size in sectors: a power of two up to " + MAX_CHUNK + ", or 0";
    if (NumberWord.count(word) == NumberWord.Reading.NUMBER) {
      Sectors chunk = new Sectors(NumberWord.countValue(word));
      if (isChunk(chunk)) {
        return chunk;
      }
    }
    throw constructor.fault(NO_STORE, 3, Quotation.of(word), expected);
  }

  @Override
  public String type() {
    return merge ? MERGE_TYPE : TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    return text(deviceName, store, chunk);
  }

  /**
   * The parameters with the chunk size and the store that the target turned out to have.
   *
   * @param chunk sectors
   */
  public String text(Function<DeviceRef, String> deviceName, Store store, Sectors chunk) {
    String text =
        Words.escape(deviceName.apply(origin))
            + ' '
            + Words.escape(deviceName.apply(cow))
            + ' '
            + store
            + ' '
            + chunk;
    if (!discardZeroesCow) {
      return text;
    }
    return text
        + (discardPassdownOrigin
            ? " 2 discard_zeroes_cow discard_passdown_origin"
            : " 1 discard_zeroes_cow");
  }

  @Override
  public List<DeviceUse> devices() {
    return List.of(
        new DeviceUse(origin, Sectors.ZERO, length),
        new DeviceUse(cow, Sectors.ZERO, Sectors.ZERO));
  }
}
