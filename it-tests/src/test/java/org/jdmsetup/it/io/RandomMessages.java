package org.jdmsetup.it.io;

/** Random messages to targets, most of them valid. */
final class RandomMessages {
  private RandomMessages() {}

  static String toSwitch(ScriptBuilder draft) {
    if (draft.oneIn(10)) {
      return draft.oneOf("set_region_mapping 0:0", "set_region_mappings", "nonsense");
    }
    StringBuilder text =
        new StringBuilder(draft.oneOf("set_region_mappings", "Set_Region_Mappings"));
    for (int words = draft.between(1, 5); words > 0; words--) {
      String path = draft.oneOf("0", "0", "1", "1", "2", draft.oneIn(5) ? "7" : "0");
      text.append(' ')
          .append(
              switch (draft.random.nextInt(5)) {
                case 0, 1 -> Integer.toHexString(draft.between(0, 20)) + ":" + path;
                case 2, 3 -> ":" + path;
                default ->
                    "R"
                        + Integer.toHexString(draft.between(0, 3))
                        + ","
                        + Integer.toHexString(draft.between(1, 12));
              });
    }
    return text.toString();
  }

  static String toLogWrites(ScriptBuilder draft) {
    return draft.oneOf(
        "mark here", "mark " + "long".repeat(200), "mark", "mark two words", "nonsense");
  }

  static String toDust(ScriptBuilder draft) {
    int block = draft.between(0, draft.oneIn(10) ? 5000 : 300);
    return switch (draft.random.nextInt(12)) {
      case 0, 1 -> "enable";
      case 2 -> draft.oneOf("disable", "ENABLE", "nonsense", "addbadblock", "queryblock x");
      case 3, 4, 5, 6 -> "addbadblock " + block + draft.oneOf("", "", " 0", " 1", " 3", " 300");
      case 7 -> "removebadblock " + block;
      case 8 -> "queryblock " + block;
      case 9 -> draft.oneOf("countbadblocks", "quiet");
      case 10 -> "listbadblocks";
      default -> draft.oneIn(3) ? "clearbadblocks" : "countbadblocks";
    };
  }
}
