package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.List;

/** An origin and its snapshots, all of them read and written. */
enum SnapshotScripts implements ScriptKind {
  /** One request at a time: the COW devices are the same in the end, byte for byte. */
  ORDERED("snapshot"),

  /** Several at once: the order in which chunks come to the COW device is not known. */
  THREADS("snapshot-threads"),

  /**
   * COW devices that may become full: what a request has begun that then finds no room is not
   * known.
   */
  FULL("snapshot-full");

  private final String title;

  SnapshotScripts(String title) {
    this.title = title;
  }

  @Override
  public String title() {
    return title;
  }

  /** A snapshot: its name, its table. */
  private record Snap(String name, ScriptBuilder.Table table) {}

  @Override
  public void write(ScriptBuilder draft) {
    draft.mostQueued(1);
    // Linux 6.1 lets one that begins within a chunk run into what happens to be behind on the COW
    // device, which is another chunk as a rule.
    draft.discardsFromGrains();
    if (this == THREADS) {
      // Whether a discard has an effect depends on what else has changed in the chunk before.
      draft.never(IoStep.Op.DISCARD);
    }
    char origin = draft.disk(IoScript.Fill.STAMPED, true);
    int length = draft.between(100, 1200);
    ScriptBuilder.Table front = ScriptBuilder.oneRule(length, 1, "snapshot-origin $" + origin);
    List<Snap> snaps = new ArrayList<>();
    boolean frontFirst = draft.oneIn(3);
    if (frontFirst) {
      draft.create("org", front);
      draft.io("org");
      draft.step(new IoStep.Suspend("org", false));
    }
    for (int i = draft.between(1, 3); i > 0; i--) {
      Snap snap = snap(draft, "snap" + i, origin, length);
      snaps.add(snap);
      draft.create(snap.name(), snap.table());
    }
    if (frontFirst) {
      draft.step(new IoStep.Resume("org"));
    } else {
      draft.create("org", front);
    }
    int steps = draft.between(20, 50);
    for (int i = 0; i < steps; i++) {
      Snap snap = snaps.get(draft.random.nextInt(snaps.size()));
      String device = draft.oneIn(2) ? "org" : snap.name();
      switch (draft.random.nextInt(20)) {
        case 0, 1 -> draft.status(snap.name());
        case 2 -> draft.pause(device);
        case 3 -> draft.swap(snap.name(), snap.table()); // a handover
        case 4 -> {
          draft.step(new IoStep.Remove(snap.name()));
          draft.io("org");
          draft.create(snap.name(), snap.table()); // reads what it has written
        }
        case 5, 6, 7 -> {
          if (this == THREADS) {
            draft.parallel(device);
          } else {
            draft.io(device);
          }
        }
        default -> draft.io(device);
      }
    }
  }

  private Snap snap(ScriptBuilder draft, String name, char origin, int length) {
    char disk = draft.disk(IoScript.Fill.ZERO, this == ORDERED);
    int chunk = draft.oneOf(1, 2, 4, 8, 8, 16, 32);
    String cow = "$" + disk;
    if (this == FULL) {
      int sectors = draft.between(4 * chunk, 400);
      draft.create(name + "cow", ScriptBuilder.oneRule(sectors, 1, "linear " + cow + " 3"));
      draft.hide(name + "cow");
      cow = "$" + name + "cow";
    }
    String features =
        draft.oneOf(
            "", "", " 1 discard_zeroes_cow", " 2 discard_zeroes_cow discard_passdown_origin");
    String text =
        "snapshot $%s %s %s %d%s"
            .formatted(origin, cow, draft.oneOf("P", "PO", "N", "p"), chunk, features);
    return new Snap(name, ScriptBuilder.oneRule(length, chunk, text));
  }
}
