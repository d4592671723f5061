package org.jdmsetup.cli.json;

import java.util.ArrayList;
import java.util.List;

/** The layout of each target type's parameters, as the kernel's documentation gives it. */
final class TableLayouts {
  private TableLayouts() {}

  /** Names the words of parameters; false when the type has no names here. */
  static boolean read(String type, FieldReader fields) {
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
        FieldReader log = new FieldReader(List.of()).put("type", fields.word());
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
        fields.put("policy_settings", FieldReader.pairs(fields.counted()));
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
        fields.put("settings", FieldReader.pairs(fields.atEnd() ? List.of() : fields.counted()));
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

  private static List<Object> places(FieldReader fields, int count) {
    List<Object> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(new FieldReader(fields.take(2)).word("device").number("start").named());
    }
    return places;
  }

  private static Object delayed(FieldReader fields) {
    return new FieldReader(fields.take(3)).word("device").number("start").number("millis").named();
  }
}
