package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Mirrors and snapshots over disks that have bad places. */
enum BadDiskScripts implements ScriptKind {
  MIRROR("mirror-bad-legs") {
    @Override
    void create(ScriptBuilder draft, int length) {
      int legs = draft.between(2, 3);
      draft.slices(legs);
      // Which leg the regions of a longer read come from depends on how early one of them fails.
      draft.withinGrains();
      draft.hide("x");
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < legs; i++) {
        draft.slice(i);
        draft.create("leg" + i, spoilt(draft, 3, length, draft::area));
        text.append(" $leg").append(i).append(" 0");
      }
      int region = draft.oneOf(8, 16, 64);
      // With handle_errors alone, writes wait for somebody to suspend the mirror.
      String features = draft.oneOf("", " 2 handle_errors keep_log");
      draft.create(
          "x",
          ScriptBuilder.oneRule(
              length, region, "mirror core 2 " + region + " nosync " + legs + text + features));
    }

    @Override
    String device(ScriptBuilder draft) {
      return "x";
    }
  },

  SNAPSHOT("snapshot-bad-disks") {
    @Override
    void create(ScriptBuilder draft, int length) {
      draft.never(IoStep.Op.DISCARD);
      draft.create("base", spoilt(draft, draft.oneOf(0, 2), length, draft::area));
      // What a request has begun that then fails is not known.
      char disk = draft.disk(IoScript.Fill.ZERO, false);
      int[] at = new int[1];
      draft.create(
          "cow",
          spoilt(
              draft,
              3,
              2 * length + 300,
              sectors -> {
                at[0] += sectors;
                return "$" + disk + " " + (at[0] - sectors);
              }));
      draft.hide("cow");
      int chunk = draft.oneOf(4, 8, 16);
      String store = draft.oneOf("P", "PO", "N");
      draft.create(
          "snap",
          ScriptBuilder.oneRule(length, chunk, "snapshot $base $cow " + store + " " + chunk));
      draft.create("org", ScriptBuilder.oneRule(length, 1, "snapshot-origin $base"));
    }

    @Override
    String device(ScriptBuilder draft) {
      return draft.oneOf("snap", "org");
    }
  };

  private final String title;

  BadDiskScripts(String title) {
    this.title = title;
  }

  abstract void create(ScriptBuilder draft, int length);

  /** Whom the next request is for. */
  abstract String device(ScriptBuilder draft);

  @Override
  public String title() {
    return title;
  }

  @Override
  public void write(ScriptBuilder draft) {
    create(draft, draft.between(100, 400));
    for (int i = draft.between(15, 40); i > 0; i--) {
      String device = device(draft);
      if (draft.oneIn(6)) {
        draft.status(device);
      } else {
        draft.io(device);
      }
    }
  }

  /** Linear, with up to three places where every request fails. */
  private static ScriptBuilder.Table spoilt(
      ScriptBuilder draft, int most, int length, IntFunction<String> area) {
    List<RuleMaker.Made> rules = new ArrayList<>();
    int left = length;
    for (int i = draft.between(0, most); i > 0; i--) {
      int good = draft.between(1, left - 20);
      int bad = draft.between(1, 10);
      if (left - good - bad < 30) {
        break;
      }
      rules.add(new RuleMaker.Made(good, 1, "linear " + area.apply(good)));
      rules.add(new RuleMaker.Made(bad, 1, "error"));
      left -= good + bad;
    }
    rules.add(new RuleMaker.Made(left, 1, "linear " + area.apply(left)));
    return ScriptBuilder.table(rules.toArray(new RuleMaker.Made[0]));
  }
}
