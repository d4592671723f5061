package org.jdmsetup.cli.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * Names for the words in the status and in the table of a target, by the layouts that the kernel's
 * documentation gives. Sizes are in sectors unless a name says otherwise.
 */
public final class TargetFields {
  private static final String STATE = "state";

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
    Fields fields = new Fields(words(text));
    try {
      return status(type, fields) && fields.atEnd() ? fields.named() : null;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null; // a layout of another version
    }
  }

  /** The fields of parameters as {@code table} shows them; null as with {@link #status}. */
  public static Map<String, Object> table(String type, String text) {
    Fields fields = new Fields(words(text));
    try {
      return table(type, fields) && fields.atEnd() ? fields.named() : null;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null; // a layout of another version
    }
  }

  private static boolean status(String type, Fields fields) {
    switch (type) {
      case "linear", "error", "zero", "crypt", "snapshot-origin":
      case "unstriped", "switch", "flakey", "ebs":
        return true; // these have an empty status
      case "striped":
        striped(fields);
        return true;
      case "dust":
        fields.word("device").word("mode").word("verbosity");
        return true;
      case "delay":
        fields.number("reads").number("writes").number("flushes");
        return true;
      case "log-writes":
        fields.number("entries").number("last_sector").put("logging", fields.atEnd());
        fields.rest();
        return true;
      case "mirror":
        mirror(fields);
        return true;
      case "snapshot", "snapshot-merge":
        snapshot(fields);
        return true;
      case "thin-pool":
        return failed(fields) || thinPool(fields);
      case "thin":
        return failed(fields) || thin(fields);
      case "cache":
        return failed(fields) || cache(fields);
      case "verity":
        fields.put(STATE, fields.word().equals("V") ? "verified" : "corrupted");
        return true;
      case "raid":
        raid(fields);
        return true;
      case "clone":
        return failed(fields) || cloned(fields);
      case "era":
        return failed(fields) || era(fields);
      case "integrity":
        fields.number("mismatches").number("data_sectors").numberOrNone("recalculated");
        return true;
      case "writecache":
        writecache(fields);
        return true;
      default:
        return false;
    }
  }

  private static boolean table(String type, Fields fields) {
    switch (type) {
      case "error", "zero":
        return true;
      case "linear":
        fields.word("device").number("start");
        return true;
      case "striped":
        int stripes = (int) fields.number();
        fields.number("chunk").put("stripes", places(fields, stripes));
        return true;
      case "unstriped":
        fields.number("count").number("chunk").number("stripe").word("device").number("start");
        return true;
      case "switch":
        int paths = (int) fields.number();
        fields.number("region").number(); // how many optional parameters: none
        fields.put("paths", places(fields, paths));
        return true;
      case "flakey":
        fields.word("device").number("start").number("up").number("down");
        fields.put("features", fields.counted());
        return true;
      case "dust":
        fields.word("device").number("start").number("block_bytes");
        return true;
      case "delay":
        fields.put("read", delayed(fields));
        fields.put("write", fields.atEnd() ? null : delayed(fields));
        fields.put("flush", fields.atEnd() ? null : delayed(fields));
        return true;
      case "ebs":
        fields.word("device").number("start").number("emulated_sectors");
        fields.put("underlying_sectors", fields.atEnd() ? null : (Object) fields.number());
        return true;
      case "log-writes":
        fields.word("device").word("log_device");
        return true;
      case "mirror":
        Fields log = new Fields(List.of()).put("type", fields.word());
        fields.put("log", log.put("arguments", fields.counted()).named());
        fields.put("legs", places(fields, (int) fields.number()));
        fields.put("features", fields.atEnd() ? List.of() : fields.counted());
        return true;
      case "snapshot-origin":
        fields.word("origin");
        return true;
      case "snapshot", "snapshot-merge":
        fields.word("origin").word("cow").word("store").number("chunk");
        fields.put("features", fields.atEnd() ? List.of() : fields.counted());
        return true;
      case "thin":
        fields.word("pool").number("device_id");
        fields.put("external_origin", fields.atEnd() ? null : fields.word());
        return true;
      case "thin-pool":
        fields.word("metadata_device").word("data_device").number("block");
        fields.number("low_water_blocks");
        fields.put("features", fields.atEnd() ? List.of() : fields.counted());
        return true;
      case "cache":
        fields.word("metadata_device").word("cache_device").word("origin").number("block");
        fields.put("features", fields.counted()).word("policy");
        fields.put("policy_settings", Fields.pairs(fields.counted()));
        return true;
      case "crypt":
        fields.word("cipher").word("key").number("iv_offset").word("device").number("start");
        fields.put("options", fields.atEnd() ? List.of() : fields.counted());
        return true;
      case "verity":
        fields.number("format").word("data_device").word("hash_device");
        fields.number("data_block_bytes").number("hash_block_bytes");
        fields.number("data_blocks").number("hash_start_block");
        fields.word("algorithm").word("root_digest").word("salt");
        fields.put("options", fields.atEnd() ? List.of() : fields.counted());
        return true;
      case "clone":
        fields.word("metadata_device").word("destination").word("source").number("region");
        fields.put("features", fields.atEnd() ? List.of() : fields.counted());
        fields.put("settings", Fields.pairs(fields.atEnd() ? List.of() : fields.counted()));
        return true;
      case "era":
        fields.word("metadata_device").word("data_device").number("block");
        return true;
      case "integrity":
        fields.word("device").number("start").numberOrNone("tag_bytes").word("mode");
        fields.put("options", fields.counted());
        return true;
      case "writecache":
        fields.put("persistent_memory", fields.word().equals("p"));
        fields.word("origin").word("cache_device").number("block_bytes");
        fields.put("options", fields.counted());
        return true;
      default:
        return false;
    }
  }

  private static List<Object> places(Fields fields, int count) {
    List<Object> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(new Fields(fields.take(2)).word("device").number("start").named());
    }
    return places;
  }

  private static Object delayed(Fields fields) {
    return new Fields(fields.take(3)).word("device").number("start").number("millis").named();
  }

  private static boolean failed(Fields fields) {
    fields.put(STATE, "ok");
    String first = fields.peek();
    if (first.equals("Fail") || first.equals("Error")) {
      fields.word();
      fields.put(STATE, first.equals("Fail") ? "fail" : "error");
      return true;
    }
    return false;
  }

  /** {@code COUNT DEVICE... 1 LETTERS}. */
  private static void striped(Fields fields) {
    List<String> devices = fields.counted();
    fields.put("stripes", legs(devices, onlyWord(fields)));
  }

  /** {@code COUNT DEVICE... SYNC/REGIONS 1 LETTERS LOG-WORDS TYPE [DEVICE LETTER]}. */
  private static void mirror(Fields fields) {
    List<String> devices = fields.counted();
    fields.share("regions_in_sync", "regions");
    fields.put("legs", legs(devices, onlyWord(fields)));
    Fields log = new Fields(fields.counted()).word("type");
    if (!log.atEnd()) {
      log.word("device").put(STATE, state(log.word().charAt(0)));
    }
    fields.put("log", log.named());
  }

  private static String onlyWord(Fields fields) {
    return fields.counted().get(0);
  }

  private static List<Object> legs(List<String> devices, String letters) {
    List<Object> legs = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      Map<String, Object> leg = new LinkedHashMap<>();
      leg.put("device", devices.get(i));
      leg.put(STATE, state(letters.charAt(i)));
      legs.add(leg);
    }
    return legs;
  }

  private static String state(char letter) {
    return switch (letter) {
      case 'A' -> "alive";
      case 'D' -> "dead";
      case 'F' -> "flush_failed";
      case 'S' -> "sync_failed";
      case 'R' -> "read_failed";
      default -> "unknown";
    };
  }

  /** {@code ALLOCATED/TOTAL METADATA}, or why there is no such thing. */
  private static void snapshot(Fields fields) {
    String first = fields.peek();
    if (first.equals("Invalid") || first.equals("Overflow") || first.equals("Merge")) {
      fields.rest();
      fields.put(STATE, first.equals("Merge") ? "merge_failed" : first.toLowerCase(Locale.ROOT));
    } else {
      fields.put(STATE, "valid").share("allocated", "total").number("metadata");
    }
  }

  private static boolean thinPool(Fields fields) {
    fields.number("transaction_id").share("metadata_used_blocks", "metadata_total_blocks");
    fields.share("data_used_blocks", "data_total_blocks").numberOrNone("held_metadata_root");
    fields.word("mode").word("discard").word("when_full");
    fields.put("needs_check", fields.word().equals("needs_check"));
    if (!fields.atEnd()) {
      fields.number("metadata_low_water_blocks"); // since Linux 4.20
    }
    return true;
  }

  private static boolean thin(Fields fields) {
    fields.number("mapped").numberOrNone("highest_mapped");
    return true;
  }

  private static boolean cache(Fields fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("block").share("used_blocks", "total_blocks");
    fields.number("read_hits").number("read_misses").number("write_hits").number("write_misses");
    fields.number("demotions").number("promotions").number("dirty_blocks");
    fields.put("features", fields.counted()).put("settings", Fields.pairs(fields.counted()));
    fields.word("policy").put("policy_settings", Fields.pairs(fields.counted()));
    fields.word("mode").put("needs_check", fields.word().equals("needs_check"));
    return true;
  }

  private static void raid(Fields fields) {
    fields.word("level").number("devices").word("health").share("synced", "total");
    fields.word("action").number("mismatches");
    if (!fields.atEnd()) {
      fields.number("data_offset").word("journal");
    }
  }

  private static boolean cloned(Fields fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("region").share("hydrated_regions", "total_regions").number("hydrating_regions");
    fields.put("features", fields.counted()).put("settings", Fields.pairs(fields.counted()));
    fields.word("mode");
    return true;
  }

  private static boolean era(Fields fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("era").numberOrNone("held_metadata_root");
    return true;
  }

  private static void writecache(Fields fields) {
    fields.put("error", Long.parseLong(fields.word())).number("total_blocks");
    fields.number("free_blocks").number("writeback_blocks");
    if (!fields.atEnd()) { // since Linux 5.15
      fields.number("reads").number("read_hits").number("writes");
      fields.number("write_hits_uncommitted").number("write_hits_committed");
      fields.number("writes_around").number("writes_allocated").number("writes_blocked");
      fields.number("flushes").number("discards");
    }
  }
}
