package org.jdmsetup.it.io;

import org.jdmsetup.tables.Sectors;

/** Random rules of the targets that only map. */
final class RandomRules {
  static final RuleMaker LINEAR =
      (draft, longest) -> {
        int length = draft.between(1, longest);
        return new RuleMaker.Made(length, 1, "linear " + draft.area(length));
      };

  static final RuleMaker STRIPED =
      (draft, longest) -> {
        int chunk = draft.oneOf(1, 2, 3, 5, 7, 8, 8, 16, 16, 24, 64);
        int stripes = draft.between(1, Math.max(1, Math.min(5, longest / chunk)));
        int rows = draft.between(1, Math.max(1, longest / (chunk * stripes)));
        StringBuilder text = new StringBuilder("striped " + stripes + " " + chunk);
        for (int i = 0; i < stripes; i++) {
          text.append(' ').append(draft.area((long) rows * chunk));
        }
        return new RuleMaker.Made((long) rows * chunk * stripes, chunk, text.toString());
      };

  static final RuleMaker ERROR =
      (draft, longest) -> new RuleMaker.Made(draft.between(1, longest / 4), 1, "error");

  static final RuleMaker ZERO =
      (draft, longest) -> new RuleMaker.Made(draft.between(1, longest / 4), 1, "zero");

  /** One stripe of what would be a striped device. */
  static final RuleMaker UNSTRIPED =
      (draft, longest) -> {
        int chunk = draft.oneOf(1, 3, 8, 8, 16, 24);
        int stripes = draft.between(1, 4);
        int rows = draft.between(1, Math.max(1, longest / chunk / stripes));
        int index = draft.between(0, stripes - 1);
        String text =
            "unstriped %d %d %d %s"
                .formatted(stripes, chunk, index, draft.area((long) rows * chunk * stripes));
        return new RuleMaker.Made((long) rows * chunk, chunk, text);
      };

  static final RuleMaker SWITCH =
      (draft, longest) -> {
        int paths = draft.between(1, 3);
        int region = draft.oneOf(1, 5, 8, 16, 16, 31, 64);
        int length = draft.between(1, longest / paths);
        StringBuilder text = new StringBuilder("switch " + paths + " " + region + " 0");
        for (int i = 0; i < paths; i++) {
          text.append(' ').append(draft.area(length));
        }
        // They go whole to one path, where others' sectors may be.
        draft.discardsAlone();
        return new RuleMaker.Made(length, region, text.toString());
      };

  /** Always up, or always down: an hour is longer than any script. */
  static final RuleMaker FLAKEY =
      (draft, longest) -> {
        int length = draft.between(1, longest);
        String text = "flakey " + draft.area(length) + draft.oneOf(" 3600 0", " 0 3600", " 0 3600");
        String features =
            switch (draft.random.nextInt(5)) {
              case 0 -> "";
              case 1 -> " 0";
              case 2 -> " 1 drop_writes";
              case 3 -> " 1 error_writes";
              default -> {
                // Linux 6.1 changes the page that is written, which may be the one of zeroes.
                draft.never(IoStep.Op.ZERO);
                yield " 5 corrupt_bio_byte " + corruption(draft, "w");
              }
            };
        return new RuleMaker.Made(length, 1, text + features);
      };

  private static String corruption(ScriptBuilder draft, String direction) {
    return draft.between(1, 1500) + " " + direction + " " + draft.between(0, 255) + " 0";
  }

  /** Where reads are spoilt: Linux 6.1 does that on a mapped device only. */
  static void toBeSpoilt(ScriptBuilder draft) {
    draft.create("low", draft.table(0, 1, 900, LINEAR));
  }

  /** One to three rules that spoil reads of {@code low}. */
  static ScriptBuilder.Table spoiltReads(ScriptBuilder draft) {
    int parts = draft.between(1, 3);
    int length = (int) draft.sectors("low") / parts;
    if (length == 0) {
      return ScriptBuilder.oneRule(1, 1, "flakey $low 0 0 3600");
    }
    RuleMaker.Made[] rules = new RuleMaker.Made[parts];
    for (int i = 0; i < parts; i++) {
      String also = draft.oneOf("", "", " drop_writes", " error_writes");
      rules[i] =
          new RuleMaker.Made(
              length,
              1,
              "flakey $low %d 0 3600 %d corrupt_bio_byte %s%s"
                  .formatted(i * length, also.isEmpty() ? 5 : 6, corruption(draft, "r"), also));
    }
    return ScriptBuilder.table(rules);
  }

  /** All of a disk, and another for the log. */
  static ScriptBuilder.Table logged(ScriptBuilder draft) {
    if (!draft.uses('F')) {
      draft.disk(IoScript.Fill.STAMPED, true);
      draft.disk(IoScript.Fill.ZERO, true);
    }
    return ScriptBuilder.oneRule(draft.between(1, 900), 1, "log-writes $F $E");
  }

  static final RuleMaker DUST =
      (draft, longest) -> {
        int block = draft.oneOf(1, 1, 2, 8, 16, 64);
        int length = draft.between(block, longest);
        String text = "dust " + draft.area(length) + " " + block * Sectors.SIZE;
        return new RuleMaker.Made(length, block, text);
      };

  /** Milliseconds for reads and writes alike, for each, or for flushes too. */
  static final RuleMaker DELAY =
      (draft, longest) -> {
        int length = draft.between(1, longest / 3);
        StringBuilder text = new StringBuilder("delay");
        for (int sets = draft.between(1, 3); sets > 0; sets--) {
          text.append(' ')
              .append(draft.area(length))
              .append(' ')
              .append(draft.oneOf(0, 0, 1, 5, 20));
        }
        return new RuleMaker.Made(length, 1, text.toString());
      };

  private RandomRules() {}
}
