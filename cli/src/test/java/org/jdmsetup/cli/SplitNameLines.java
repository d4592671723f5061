package org.jdmsetup.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates option lines of {@code splitname}, valid ones and invalid ones. */
final class SplitNameLines {
  private static final String[] NAMES = {
    "vg0-lvol0",
    "a-b-c",
    "vg--a-lv--b-layer",
    "-vg0",
    "a",
    "",
    "--",
    "a b-c",
    "abcabc-xyz-real",
    "longer--than--most-also_this_one-x",
    "a-b-c-d",
    "a-",
    "a.b-c+d"
  };
  private static final String[] FIELDS = {
    "vg_name",
    "lv_name",
    "lv_layer",
    "subsystem",
    "selected",
    "VGNAME",
    "_lvname_",
    "LV_Layer",
    "all",
    "splitname_all",
    "SplitNameAll",
    "ALL",
    "Selected"
  };
  private static final String[] ODD_FIELDS = {
    "name",
    "major",
    "region_start",
    "util",
    "help",
    "?",
    "HELP",
    "foo",
    "a_ll",
    "vg",
    "",
    "+",
    "-vg_name",
    "vg_name ",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "abcdefghijklmnopqrstuvwxyz_01234",
    "name_all",
    "region_all",
    "stats_all",
    "special_all",
    "help_"
  };
  private static final String[] STRINGS = {
    "a", "vg0", "'a b'", "\"a\"", "b", "LVM", "'a", "", "[a]", "(a)", "a\\ b", "a-b", "a&b", "a|b",
    "\"\""
  };
  private static final String[] NUMBERS = {
    "0",
    "1",
    "01",
    "1.9",
    ".5",
    "1.",
    ".",
    "1m",
    "1%",
    "-1",
    "1x",
    "18446744073709551615",
    "18446744073709551616",
    "foo",
    "",
    "1.2.3",
    "1 x",
    "1H"
  };
  private static final String[] ATOMS = {
    "a", "b", "c", "v", "g", "0", ".", "^", "$", "[abc]", "[^a]", "[a-c]", "\\.", "\\n", "l", "-",
    "[a-c-e]", "[-a]", "[x-]]", "\\", "[", "(", ")", "*", "+", "?", "]", "{2}"
  };
  private static final String[] OPERATORS = {
    "=", "!=", "=~", "!~", ">", ">=", "<", "<=", "since", "~", ""
  };
  private static final String[] SEPARATORS = {"", ":", " ", "XX", "\t", ", "};

  private final Random random;

  SplitNameLines(Random random) {
    this.random = random;
  }

  /** Options, then {@code --}, the name and perhaps the subsystem. */
  List<String> next() {
    List<String> words = new ArrayList<>();
    if (chance(60)) {
      words.addAll(List.of("-o", list(true)));
    }
    if (chance(25)) {
      words.addAll(List.of("-O", list(false)));
    }
    if (chance(60)) {
      words.addAll(List.of("-S", chance(92) ? selection(2) : broken(selection(2))));
    }
    if (chance(20)) {
      words.addAll(List.of("--separator", pick(SEPARATORS)));
    }
    if (chance(10)) {
      words.addAll(List.of("--units", units()));
    }
    for (String flag : new String[] {"--noheadings", "--nameprefixes", "--unquoted", "--rows"}) {
      if (chance(20)) {
        words.add(flag);
      }
    }
    if (random.nextInt(200) == 0) {
      words.addAll(List.of("--count", "2")); // takes a second
    }
    words.addAll(List.of("--", pick(NAMES)));
    if (chance(20)) {
      words.add(pick(new String[] {"LVM", "lvm", "", "LVM2", "CRYPT"}));
    }
    return words;
  }

  private String list(boolean mayAppend) {
    StringBuilder list = new StringBuilder(mayAppend && chance(30) ? "+" : "");
    int fields = random.nextInt(4);
    for (int i = 0; i <= fields; i++) {
      list.append(i == 0 || chance(95) ? "" : ",").append(i == 0 ? "" : ",");
      if (!mayAppend) {
        list.append(pick(new String[] {"", "", "+", "-"}));
      }
      list.append(chance(93) ? pick(FIELDS) : pick(ODD_FIELDS));
    }
    return list.toString();
  }

  private String selection(int depth) {
    if (depth > 0 && chance(40)) {
      String left = selection(depth - 1);
      String right = selection(depth - 1);
      return left + pick(new String[] {" && ", ",", "||", " # ", " , ", "&&", " || "}) + right;
    }
    if (depth > 0 && chance(25)) {
      return pick(new String[] {"", "!", "! ", " "}) + "(" + selection(depth - 1) + ")";
    }
    return blank() + condition() + blank();
  }

  private String condition() {
    if (chance(3)) {
      return pick(new String[] {"all", "help", "?", "", "vg_name"});
    }
    if (chance(25)) {
      String field = pick(new String[] {"selected", "selected", "major", "region_start", "util"});
      return field + blank() + pick(OPERATORS) + blank() + pick(NUMBERS);
    }
    String field =
        chance(95)
            ? pick(new String[] {"vg_name", "lv_name", "LVLayer", "subsystem"})
            : pick(ODD_FIELDS);
    if (chance(50)) {
      return field + blank() + pick(new String[] {"=~", "!~"}) + blank() + quoted(regex());
    }
    return field
        + blank()
        + (chance(85) ? pick(new String[] {"=", "!="}) : pick(OPERATORS))
        + blank()
        + pick(STRINGS);
  }

  private String regex() {
    StringBuilder regex = new StringBuilder();
    int atoms = random.nextInt(5);
    for (int i = 0; i <= atoms; i++) {
      int sensible = ATOMS.length - 10;
      regex.append(ATOMS[chance(93) ? random.nextInt(sensible) : random.nextInt(ATOMS.length)]);
      regex.append(pick(new String[] {"", "", "", "", "*", "+", "?", "|", "*?"}));
    }
    String text = regex.toString();
    if (chance(20)) {
      text = "(" + text + ")" + pick(new String[] {"", "*", "+", "?", "b"});
    }
    return text;
  }

  private String quoted(String regex) {
    return switch (random.nextInt(4)) {
      case 0 -> '"' + regex + '"';
      case 1 -> "'" + regex + "'";
      case 2 -> chance(50) ? "(" + regex + ")" : chance(50) ? "[" + regex + "]" : "{" + regex + "}";
      default -> regex;
    };
  }

  private String units() {
    return pick(
            new String[] {
              "", "", "1", "4", "0", "4.5", "1e3", "0x10", " ", ".5", "-1", "0.001", "0.1"
            })
        + pick(new String[] {"h", "k", "S", "r", "q", "", "mm", "P"});
  }

  private String broken(String text) {
    if (text.isEmpty()) {
      return "(";
    }
    int at = random.nextInt(text.length());
    return text.substring(0, at)
        + pick(new String[] {"", ")", "(", "\"", "!", "&", " "})
        + text.substring(at + 1);
  }

  private String blank() {
    return pick(new String[] {"", "", "", " ", "  ", "\t"});
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
