package org.jdmsetup.it.io;

import java.util.List;

/**
 * A snapshot with changes is merged into its origin, while that is used, and then the origin is
 * alone again.
 */
final class MergeScripts implements ScriptKind {
  private static final String MERGED = "(?<=snapshot-merge )(\\d+)/\\d+ \\1$";

  @Override
  public String title() {
    return "snapshot-merge";
  }

  @Override
  public void write(ScriptBuilder draft) {
    char origin = draft.disk(IoScript.Fill.STAMPED, true);
    boolean used = draft.oneIn(2);
    // What is written during the merge goes to the COW device or to the origin, as it comes.
    char cow = draft.disk(IoScript.Fill.ZERO, !used);
    int length = draft.between(100, 1000);
    int chunk = draft.oneOf(1, 4, 8, 16, 32);
    String words = " $" + origin + " $" + cow + " " + draft.oneOf("P", "PO") + " " + chunk;
    draft.create("snap", ScriptBuilder.oneRule(length, chunk, "snapshot" + words));
    draft.create("org", ScriptBuilder.oneRule(length, 1, "snapshot-origin $" + origin));
    boolean second = draft.oneIn(3);
    if (second) {
      char other = draft.disk(IoScript.Fill.ZERO, false);
      draft.step(new IoStep.Suspend("org", false));
      draft.create(
          "other", ScriptBuilder.oneRule(length, 8, "snapshot $" + origin + " $" + other + " P 8"));
      draft.step(new IoStep.Resume("org"));
    }
    for (int i = draft.between(5, 25); i > 0; i--) {
      draft.io(draft.oneIn(3) ? "org" : "snap");
    }
    draft.step(new IoStep.Contents("snap"));
    draft.step(new IoStep.Load("org", table(length, "snapshot-merge" + words)));
    draft.step(new IoStep.Suspend("snap", false));
    draft.step(new IoStep.Suspend("org", false));
    draft.step(new IoStep.Resume("org"));
    draft.step(new IoStep.Remove("snap"));
    draft.removed("snap");
    if (used) {
      for (int i = draft.between(1, 10); i > 0; i--) {
        draft.io("org");
        if (draft.oneIn(6)) {
          draft.pause("org");
        }
      }
    }
    draft.step(new IoStep.Await("org", MERGED));
    draft.io("org");
    draft.status("org");
    draft.swap("org", ScriptBuilder.oneRule(length, 1, "snapshot-origin $" + origin));
    draft.io("org");
    if (second) {
      draft.io("other");
    }
  }

  private static List<String> table(int length, String text) {
    return List.of("0 " + length + " " + text);
  }
}
