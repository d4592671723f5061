package org.jdmsetup.tables.parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Quotation;
import org.jdmsetup.tables.text.Words;

/**
 * {@code mirror LOG #LOGARGS LOGARG… #LEGS (DEVICE START)… [#FEATURES FEATURE…]}: the same data on
 * several devices, and a log of the regions in which they may differ.
 *
 * @param logDevice where the log is kept; null for one in memory
 * @param region sectors of a region: a power of two, 2 to the rule's length
 * @param sync what the log takes for granted when it starts
 * @param legs 2 to 9
 * @param handleErrors whether a write that did not reach all legs waits for user space
 * @param keepLog whether such a write succeeds as long as the log remembers it; only together with
 *     {@code handleErrors}
 * @param length sectors of the rule
 */
public record MirrorParams(
    DeviceRef logDevice,
    Sectors region,
    Sync sync,
    List<Leg> legs,
    boolean handleErrors,
    boolean keepLog,
    Sectors length)
    implements TargetParams {

  static final String TYPE = "mirror";

  /** As many as one copy of the kernel's kcopyd can write, and the one that it reads. */
  private static final int MAX_LEGS = 9;

  private static final String LOG_FAULT = "Error creating mirror dirty log";

  private static final Sectors SMALLEST_REGION = new Sectors(2);

  /** Bytes of a log before its bits: two sectors. */
  private static final long LOG_BITS_AT = 1024;

  /** What a log takes for granted. */
  public enum Sync {
    /** A new log: nothing. One that is found: what it says. */
    DEFAULT(""),
    /** Nothing: all regions are to be made the same. */
    SYNC("sync"),
    /** That all legs are the same. */
    NOSYNC("nosync");

    private final String word;

    Sync(String word) {
      this.word = word;
    }

    /** As tables have it, empty for the default. */
    public String word() {
      return word;
    }
  }

  /**
   * Where one copy of the data lies.
   *
   * @param device behind it
   * @param start its first sector there
   */
  public record Leg(DeviceRef device, Sectors start) {

    public Leg {
      Objects.requireNonNull(device);
    }
  }

  public MirrorParams {
    legs = List.copyOf(legs);
    if (legs.size() < 2 || legs.size() > MAX_LEGS || !isRegion(region, length)) {
      throw new IllegalArgumentException(legs.size() + " legs, region " + region);
    }
    if (keepLog && !handleErrors) {
      throw new IllegalArgumentException("keep_log without handle_errors");
    }
  }

  private static boolean isRegion(Sectors region, Sectors length) {
    return SMALLEST_REGION.isAtMost(region) && region.isAtMost(length) && region.isPowerOfTwo();
  }

  static MirrorParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    if (words.size() < 2) {
      throw constructor.wordCount(
          "Insufficient mirror log arguments", 2, "a log type, and how many words about it follow");
    }
    long count =
        number(constructor, 1, "Invalid mirror log argument count", "a count of words on the log");
    if (words.size() < 2 + count) {
      throw constructor.wordCount(
          "Insufficient mirror log arguments", 2 + count, count + " words on the log");
    }
    LogWords log = logWords(constructor, words, count, ruleLength);
    int word = (int) (2 + count);
    List<Leg> legs = legs(constructor, words, word);
    word += 1 + 2 * legs.size();
    boolean handleErrors = false;
    boolean keepLog = false;
    if (word < words.size()) {
      long features =
          number(constructor, word, "Invalid number of features", "a count of features");
      word++;
      if (features > words.size() - word) {
        throw constructor.wordCount(
            "Not enough arguments to support feature count",
            word + features,
            features + " features");
      }
      for (long i = 0; i < features; i++, word++) {
        switch (words.get(word)) {
          case "handle_errors" -> handleErrors = true;
          case "keep_log" -> keepLog = true;
          default ->
              throw constructor.fault(
                  "Unrecognised feature requested",
                  word,
                  Quotation.of(words.get(word)),
                  "handle_errors or keep_log");
        }
      }
      if (keepLog && !handleErrors) {
        throw constructor.fault(
            "keep_log feature requires the handle_errors feature",
            word,
            "keep_log alone",
            "handle_errors with it");
      }
    }
    if (word < words.size()) {
      throw constructor.wordCount("Too many mirror arguments", word, word + " at most");
    }
    return new MirrorParams(
        log.device, log.region, log.sync, legs, handleErrors, keepLog, ruleLength);
  }

  private static long number(Constructor constructor, int word, String kernelText, String what)
      throws ParamsException {
    return constructor.argument(word, 0, 0xffff_ffffL, kernelText, what);
  }

  private record LogWords(DeviceRef device, Sectors region, Sync sync) {}

  private static LogWords logWords(
      Constructor constructor, Words words, long count, Sectors ruleLength) throws ParamsException {
    String type = words.get(0);
    boolean disk = type.equals("disk");
    if (!disk && !type.equals("core")) {
      throw constructor.doubt(
          LOG_FAULT,
          0,
          "Module for logging type " + Quotation.of(type) + " not found.",
          "core or disk");
    }
    int at = disk ? 3 : 2; // the region's word
    if (count < at - 1 || count > at) {
      throw constructor.fault(
          LOG_FAULT,
          1,
          "wrong number of arguments to " + (disk ? "disk " : "") + "dirty region log: " + count,
          disk
              ? "2 or 3: a device, a region size, and perhaps sync or nosync"
              : "1 or 2: a region size, and perhaps sync or nosync");
    }
    DeviceRef device = disk ? constructor.deviceOrInvalid(2, LOG_FAULT) : null;
    Sync sync = count == at ? sync(constructor, words, at + 1) : Sync.DEFAULT;
    return new LogWords(device, region(constructor, words, at, ruleLength), sync);
  }

  private static Sync sync(Constructor constructor, Words words, int word) throws ParamsException {
    for (Sync sync : Sync.values()) {
      if (sync != Sync.DEFAULT && sync.word.equals(words.get(word))) {
        return sync;
      }
    }
    throw constructor.fault(
        LOG_FAULT,
        word,
        "unrecognised sync argument to dirty region log: " + Quotation.of(words.get(word)),
        "sync or nosync");
  }

  private static Sectors region(Constructor constructor, Words words, int word, Sectors ruleLength)
      throws ParamsException {
    Sectors region = new Sectors(number(constructor, word, LOG_FAULT, "a region size in sectors"));
    if (!isRegion(region, ruleLength)) {
      throw constructor.fault(
          LOG_FAULT,
          word,
          "invalid region size " + words.get(word),
          "a power of two from 2 to the rule's " + ruleLength + " sectors");
    }
    return region;
  }

  private static List<Leg> legs(Constructor constructor, Words words, int word)
      throws ParamsException {
    long count =
        constructor.argument(word, 2, MAX_LEGS, "Invalid number of mirrors", "a number of legs");
    if (words.size() - word - 1 < 2 * count) {
      throw constructor.wordCount(
          "Too few mirror arguments",
          word + 1 + 2 * count,
          "a device and its start sector for each of " + count + " legs");
    }
    List<Leg> legs = new ArrayList<>();
    for (int at = word + 1; legs.size() < count; at += 2) {
      Sectors start = constructor.sector(at + 1, "Invalid offset");
      legs.add(new Leg(constructor.device(at, "Device lookup failure"), start));
    }
    return legs;
  }

  /** How many regions there are, the last one perhaps shorter than the others; unsigned. */
  public long regions() {
    long whole = length.dividedBy(region);
    return length.isMultipleOf(region) ? whole : whole + 1;
  }

  /** Bytes that the log takes on its device, before they are rounded up to its blocks. */
  public long logBytes() {
    return LOG_BITS_AT + (regions() + 63) / 64 * 8;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    StringBuilder text = new StringBuilder(logDevice == null ? "core " : "disk ");
    text.append((logDevice == null ? 1 : 2) + (sync == Sync.DEFAULT ? 0 : 1)).append(' ');
    if (logDevice != null) {
      text.append(Words.escape(deviceName.apply(logDevice))).append(' ');
    }
    text.append(region).append(' ');
    if (sync != Sync.DEFAULT) {
      text.append(sync.word).append(' ');
    }
    text.append(legs.size());
    for (Leg leg : legs) {
      text.append(' ').append(Words.escape(deviceName.apply(leg.device)));
      text.append(' ').append(leg.start);
    }
    if (handleErrors) {
      text.append(keepLog ? " 2 handle_errors keep_log" : " 1 handle_errors");
    }
    return text.toString();
  }

  @Override
  public List<DeviceUse> devices() {
    List<DeviceUse> uses = new ArrayList<>();
    if (logDevice != null) {
      uses.add(
          new DeviceUse(logDevice, Sectors.ZERO, Sectors.ofBytes(logBytes() + Sectors.SIZE - 1)));
    }
    legs.forEach(leg -> uses.add(new DeviceUse(leg.device, leg.start, length)));
    return uses;
  }
}
