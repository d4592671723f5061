package org.jdmsetup.it.ioctl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import org.jdmsetup.engine.targets.Targets;

/**
 * Parameters and messages of each target, one method a target: as a rule ones that its constructor
 * takes, and now and then with a word that is missing, too much, or wrong. A type is used when the
 * engine has it and so has the guest's kernel.
 *
 * <p>Numbers that a kernel takes modulo 2^32 or 2^64 are left out, and so are words that only its
 * boot code understands ({@code 7:1:0}, {@code 701}): the engine refuses them, as silently using
 * another device or sector than was typed serves nobody.
 */
final class RandomParameters {
  /** The kernel module of each type. */
  static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("linear", "dm-mod"),
          Map.entry("striped", "dm-mod"),
          Map.entry("error", "dm-mod"),
          Map.entry("zero", "dm-zero"),
          Map.entry("unstriped", "dm-unstripe"),
          Map.entry("switch", "dm-switch"),
          Map.entry("flakey", "dm-flakey"),
          Map.entry("dust", "dm-dust"),
          Map.entry("delay", "dm-delay"),
          Map.entry("log-writes", "dm-log-writes"),
          Map.entry("snapshot", "dm-snapshot"),
          Map.entry("snapshot-origin", "dm-snapshot"),
          Map.entry("snapshot-merge", "dm-snapshot"),
          Map.entry("mirror", "dm-mirror"));

  private static final List<String> ALONE = List.of("snapshot", "snapshot-merge");
  private static final List<String> BAD_WORDS =
      List.of("-1", "x", "0x8", "8k", "+3", "4294967295", "007", "0");
  private static final List<String> BAD_DEVICES = List.of("-1", "x", "8k", "", "0");
  private static final List<String> BLOCKS = List.of("512", "512", "1024", "4096", "256", "513");
  private static final List<String> FEATURES =
      List.of(
          "",
          " 0",
          " 1 drop_writes",
          " 1 error_writes",
          " 5 corrupt_bio_byte 32 r 1 0",
          " 6 corrupt_bio_byte 224 w 255 32 drop_writes",
          " 2 drop_writes error_writes",
          " 2 drop_writes drop_writes",
          " 1 nosuch",
          " 7 drop_writes",
          " 4 corrupt_bio_byte 1 r 256",
          " 5 corrupt_bio_byte 0 r 1 0",
          " 5 corrupt_bio_byte 1 x 1 0",
          " 1 DROP_WRITES");

  private final Random random;
  private final Layout layout;
  private final Map<String, LongFunction<String>> types = new LinkedHashMap<>();

  /**
   * @param filledBuffers whether buffers hold something where a status will be: the kernel's
   *     unstriped target writes none, not even an empty one, and what is there comes back
   */
  RandomParameters(Random random, Layout layout, boolean filledBuffers) {
    this.random = random;
    this.layout = layout;
    types.put("linear", length -> device() + " " + start());
    types.put("striped", length -> striped());
    types.put("error", length -> chance(90) ? "" : "some words");
    types.put("zero", length -> "");
    types.put("unstriped", length -> unstriped());
    types.put("switch", length -> switching(length));
    types.put("flakey", length -> flakey());
    types.put("dust", length -> device() + " " + start() + " " + any(BLOCKS));
    types.put("delay", length -> delay());
    types.put("log-writes", length -> device() + " " + layout.number(Layout.WRITE_LOG));
    types.put("snapshot-origin", length -> device());
    types.put("snapshot", length -> snapshot(List.of("P", "P", "N", "N", "PO", "po", "nix", "X")));
    // One without a persistent store ends the guest's kernel.
    types.put("snapshot-merge", length -> snapshot(List.of("P", "P", "PO", "p")));
    types.put("mirror", this::mirror);
    types.keySet().removeIf(type -> Targets.named(type) == null);
    if (filledBuffers) {
      types.remove("unstriped");
    }
  }

  /** The types of the engine that the guest's kernel has too. */
  static List<String> common() {
    return MODULES.keySet().stream().filter(type -> Targets.named(type) != null).sorted().toList();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /**
   * Any type.
   *
   * @param alone whether its rule is the table's only one: a snapshot opens its origin for reading
   *     or for writing only, and where another rule opens it for both, kernels free what the
   *     snapshot has of it
   */
  String type(boolean alone) {
    String type = any(List.copyOf(types.keySet()));
    return alone || !ALONE.contains(type) ? type : "zero";
  }

  /** Parameters for a rule of this type and length. */
  String params(String type, long length) {
    String params = types.get(type).apply(length);
    return chance(92) ? params : spoilt(params);
  }

  /** With a word more, less or other, or with other blanks between. */
  private String spoilt(String params) {
    List<String> words = new ArrayList<>(List.of(params.split(" ")));
    int at = random.nextInt(words.size());
    boolean device = words.get(at).matches(".*[:/].*") || at == 0;
    String bad = any(device ? BAD_DEVICES : BAD_WORDS);
    switch (random.nextInt(5)) {
      case 0 -> words.remove(words.size() - 1);
      case 1 -> words.add(at, bad);
      case 2 -> words.set(at, bad);
      case 3 -> words.set(at, "\\" + words.get(at));
      default -> words.set(at, " \t" + words.get(at) + " ");
    }
    return String.join(" ", words);
  }

  // --- words ------------------------------------------------------------------------------------

  /** A device as a table may name it. */
  private String device() {
    int what = random.nextInt(100);
    if (what < 70) {
      return layout.number(any(List.of(0, 0, 1, Layout.WRITE_LOG)));
    }
    if (what < 74) {
      return layout.number(Layout.LARGE_BLOCKS);
    }
    if (what < 78) {
      return layout.number(Layout.READ_ONLY);
    }
    if (what < 82) {
      return layout.path(random.nextInt(Layout.DISKS.size()));
    }
    if (what < 97) {
      return layout.major() + ":" + random.nextInt(4);
    }
    return any(
        List.of(
            "/dev/nosuch",
            "/dev/null",
            "/dev",
            "nosuch/x",
            "250:3",
            "4096:0",
            "7:1048576",
            "7:",
            ":7",
            layout.number(0) + "x"));
  }

  private String start() {
    return any(
        List.of(
            "0",
            "0",
            "0",
            "8",
            "16",
            "1024",
            "7",
            "8191",
            "20003",
            "12281",
            "18446744073709551615"));
  }

  // --- targets ----------------------------------------------------------------------------------

  private String striped() {
    int stripes = any(List.of(1, 2, 2, 2, 3));
    StringJoiner words = new StringJoiner(" ");
    words.add(Integer.toString(stripes)).add(any(List.of("4", "8", "8", "16", "32")));
    for (int i = 0; i < stripes; i++) {
      words.add(device()).add(start());
    }
    return words.toString();
  }

  private String unstriped() {
    return any(List.of("1", "2", "2", "3"))
        + any(List.of(" 4 ", " 8 ", " 8 ", " 16 "))
        + any(List.of("0", "0", "1", "1", "2", "3"))
        + " "
        + device()
        + " "
        + start();
  }

  private String switching(long length) {
    int paths = any(List.of(1, 2, 2, 3));
    // A region table of a huge rule takes memory as the rule is long.
    long region = length < 0 || length > 1 << 20 ? 1L << 48 : any(List.of(1L, 4L, 8L, 64L));
    StringJoiner words = new StringJoiner(" ");
    words.add(Integer.toString(paths)).add(Long.toString(region)).add(chance(95) ? "0" : "1");
    for (int i = 0; i < paths; i++) {
      words.add(device()).add(start());
    }
    return words.toString();
  }

  private String flakey() {
    return device()
        + " "
        + start()
        + any(List.of(" 1 0", " 0 1", " 5 5", " 0 0", " 4294967295 1"))
        + (chance(50) ? "" : any(FEATURES));
  }

  private String delay() {
    StringJoiner words = new StringJoiner(" ");
    for (int i = any(List.of(1, 1, 2, 3)); i > 0; i--) {
      words.add(device()).add(start()).add(any(List.of("0", "0", "10", "1000")));
    }
    return words.toString();
  }

  /**
   * On disks only, as all that reads or writes on its own: over a suspended device it would wait
   * for ever. The largest chunk is half the COW device: on one with room for a header and no area a
   * kernel leaves the header, which the next table finds, and the engine leaves nothing.
   */
  private String snapshot(List<String> stores) {
    int origin = random.nextInt(2);
    int cow = chance(95) ? Layout.EXCEPTIONS : origin;
    return layout.number(origin)
        + " "
        + layout.number(cow)
        + " "
        + any(stores)
        + any(List.of(" 8", " 8", " 16", " 32", " 0", " 7", " 2048", " 4194304"))
        + (chance(70)
            ? ""
            : any(
                List.of(
                    " 0",
                    " 1 discard_zeroes_cow",
                    " 2 discard_zeroes_cow discard_passdown_origin",
                    " 1 discard_passdown_origin",
                    " 1 nosuch",
                    " 3 discard_zeroes_cow",
                    " 1 DISCARD_zeroes_cow")));
  }

  private String mirror(long length) {
    // A few regions: each that is not in sync is copied.
    long region = length > 0 && length <= 1 << 20 ? Long.highestOneBit(length / 4) : 1024;
    StringJoiner words = new StringJoiner(" ");
    String size = Long.toString(chance(90) ? region : any(List.of(1L, 3L, 1L << 40)));
    String sync = any(List.of("", " sync", " nosync", " nosync"));
    int more = sync.isEmpty() ? 0 : 1;
    if (chance(50)) {
      words.add("core " + (1 + more) + " " + size + sync);
    } else {
      words.add("disk " + (2 + more) + " " + layout.number(Layout.MIRROR_LOG) + " " + size + sync);
    }
    int legs = any(List.of(2, 2, 2, 2, 1, 3));
    words.add(Integer.toString(legs));
    for (int i = 0; i < legs; i++) {
      words.add(layout.number(i % 2)).add(any(List.of("0", "0", "8", "1000")));
    }
    if (chance(40)) {
      words.add(
          any(
              List.of(
                  "1 handle_errors",
                  "2 handle_errors keep_log",
                  "1 keep_log",
                  "0",
                  "1 nosuch",
                  "3 handle_errors")));
    }
    return words.toString();
  }

  // --- messages ---------------------------------------------------------------------------------

  private static final List<String> MESSAGES =
      List.of(
          "hello",
          "",
          " ",
          "two words",
          "\\ x",
          "w ".repeat(40),
          "@cancel_deferred_remove",
          "@CANCEL_deferred_remove",
          "@cancel_deferred_remove now",
          "@nosuch",
          "@",
          // switch
          "set_region_mappings 0:1",
          "set_region_mappings 0:0 :1 :1",
          "SET_region_mappings 1:0 R1,2",
          "set_region_mappings R1,1",
          "set_region_mappings 0:0 :1 R2,a",
          "set_region_mappings 0:9",
          "set_region_mappings ff:0",
          "set_region_mappings 0:",
          "set_region_mappings",
          "set_region_mappings 0:1 junk",
          // dust
          "enable",
          "DISABLE",
          "quiet",
          "addbadblock 0",
          "addbadblock 1 3",
          "addbadblock 1 256",
          "addbadblock 99999999",
          "addbadblock x",
          "removebadblock 0",
          "removebadblock 7",
          "queryblock 1",
          "queryblock 3",
          "countbadblocks",
          "listbadblocks",
          "clearbadblocks",
          "enable now",
          // log-writes
          "mark here",
          "mark",
          "mark two words");

  String message() {
    return any(MESSAGES);
  }
}
