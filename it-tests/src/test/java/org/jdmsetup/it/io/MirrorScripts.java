package org.jdmsetup.it.io;

/** A mirror of healthy legs, brought in sync or told that it is. */
final class MirrorScripts implements ScriptKind {
  private static final String IN_SYNC = " (\\d+)/\\1 1 A+ ";

  @Override
  public String title() {
    return "mirror";
  }

  @Override
  public void write(ScriptBuilder draft) {
    int legs = draft.between(2, 4);
    int region = draft.oneOf(8, 8, 16, 32, 64);
    int length = draft.between(region, 900);
    String[] sync = {"", " sync", " nosync"};
    String word = sync[draft.random.nextInt(sync.length)];
    int count = word.isEmpty() ? 1 : 2;
    boolean onDisk = draft.oneIn(2);
    StringBuilder text = new StringBuilder("mirror ");
    if (onDisk) {
      char log = draft.disk(IoScript.Fill.ZERO, true);
      text.append("disk ").append(count + 1).append(" $").append(log);
    } else {
      text.append("core ").append(count);
    }
    text.append(' ').append(region).append(word).append(' ').append(legs);
    for (int i = 0; i < legs; i++) {
      text.append(' ').append(draft.area(length));
    }
    text.append(draft.oneOf("", "", " 1 handle_errors", " 2 handle_errors keep_log"));
    ScriptBuilder.Table table = ScriptBuilder.oneRule(length, region, text.toString());
    draft.create("x", table);
    draft.step(new IoStep.Await("x", IN_SYNC));
    int steps = draft.between(15, 40);
    for (int i = 0; i < steps; i++) {
      switch (draft.random.nextInt(14)) {
        case 0 -> {
          draft.step(new IoStep.Await("x", IN_SYNC)); // "sync" begins anew with each resume
          draft.status("x");
        }
        case 1 -> draft.pause("x");
        case 2 -> {
          draft.swap("x", table);
          draft.step(new IoStep.Await("x", IN_SYNC));
        }
        case 3, 4 -> draft.parallel("x");
        default -> draft.io("x");
      }
    }
    draft.step(new IoStep.Await("x", IN_SYNC));
  }
}
