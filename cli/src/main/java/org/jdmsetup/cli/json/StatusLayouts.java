package org.jdmsetup.cli.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The layout of each target type's status, as the kernel's documentation gives it. */
final class StatusLayouts {
  private static final String STATE = "state";

  private StatusLayouts() {}

  /** Names the words of a status; false when the type has no names here. */
  static boolean read(String type, FieldReader fields) {
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
        return readFailure(fields) || thinPool(fields);
      case "thin":
        return readFailure(fields) || thin(fields);
      case "cache":
        return readFailure(fields) || cache(fields);
      case "verity":
        fields.put(STATE, fields.word().equals("V") ? "verified" : "corrupted");
        return true;
      case "raid":
        raid(fields);
        return true;
      case "clone":
        return readFailure(fields) || cloned(fields);
      case "era":
        return readFailure(fields) || era(fields);
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

  /** Reads the state: the one word of a target that has failed, or else nothing, and false. */
  private static boolean readFailure(FieldReader fields) {
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
  private static void striped(FieldReader fields) {
    List<String> devices = fields.counted();
    fields.put("stripes", legs(devices, onlyWord(fields)));
  }

  /** {@code COUNT DEVICE... SYNC/REGIONS 1 LETTERS LOG-WORDS TYPE [DEVICE LETTER]}. */
  private static void mirror(FieldReader fields) {
    List<String> devices = fields.counted();
    fields.share("regions_in_sync", "regions");
    fields.put("legs", legs(devices, onlyWord(fields)));
    FieldReader log = new FieldReader(fields.counted()).word("type");
    if (!log.atEnd()) {
      log.word("device").put(STATE, state(log.word().charAt(0)));
    }
    fields.put("log", log.named());
  }

  private static String onlyWord(FieldReader fields) {
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
  private static void snapshot(FieldReader fields) {
    String first = fields.peek();
    if (first.equals("Invalid") || first.equals("Overflow") || first.equals("Merge")) {
      fields.rest();
      fields.put(STATE, first.equals("Merge") ? "merge_failed" : first.toLowerCase(Locale.ROOT));
    } else {
      fields.put(STATE, "valid").share("allocated", "total").number("metadata");
    }
  }

  private static boolean thinPool(FieldReader fields) {
    fields.number("transaction_id").share("metadata_used_blocks", "metadata_total_blocks");
    fields.share("data_used_blocks", "data_total_blocks").numberOrNone("held_metadata_root");
    fields.word("mode").word("discard").word("when_full");
    fields.put("needs_check", fields.word().equals("needs_check"));
    if (!fields.atEnd()) {
      fields.number("metadata_low_water_blocks"); // since Linux 4.20
    }
    return true;
  }

  private static boolean thin(FieldReader fields) {
    fields.number("mapped").numberOrNone("highest_mapped");
    return true;
  }

  private static boolean cache(FieldReader fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("block").share("used_blocks", "total_blocks");
    fields.number("read_hits").number("read_misses").number("write_hits").number("write_misses");
    fields.number("demotions").number("promotions").number("dirty_blocks");
    fields.put("features", fields.counted()).put("settings", FieldReader.pairs(fields.counted()));
    fields.word("policy").put("policy_settings", FieldReader.pairs(fields.counted()));
    fields.word("mode").put("needs_check", fields.word().equals("needs_check"));
    return true;
  }

  private static void raid(FieldReader fields) {
    fields.word("level").number("devices").word("health").share("synced", "total");
    fields.word("action").number("mismatches");
    if (!fields.atEnd()) {
      fields.number("data_offset").word("journal");
    }
  }

  private static boolean cloned(FieldReader fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("region").share("hydrated_regions", "total_regions").number("hydrating_regions");
    fields.put("features", fields.counted()).put("settings", FieldReader.pairs(fields.counted()));
    fields.word("mode");
    return true;
  }

  private static boolean era(FieldReader fields) {
    fields.number("metadata_block").share("metadata_used_blocks", "metadata_total_blocks");
    fields.number("era").numberOrNone("held_metadata_root");
    return true;
  }

  private static void writecache(FieldReader fields) {
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
