package org.jdmsetup.it.io;

/** Devices on devices: two or three at the bottom, one or two over them, all of them in use. */
final class StackScripts implements ScriptKind {
  private static final RuleMaker[] BOTTOM = {
    RandomRules.LINEAR, RandomRules.LINEAR, RandomRules.STRIPED, RandomRules.ZERO, RandomRules.ERROR
  };

  @Override
  public String title() {
    return "stack";
  }

  @Override
  public void write(ScriptBuilder draft) {
    boolean high = draft.oneIn(2);
    int bottoms = high ? 3 : 2;
    draft.slices(bottoms);
    for (int i = 0; i < bottoms; i++) {
      draft.create("low" + i, bottom(draft, i));
    }
    draft.create("mid", over(draft, "low0", "low1"));
    if (high) {
      draft.create("high", over(draft, "mid", "low2"));
    }
    int steps = draft.between(20, 50);
    for (int i = 0; i < steps; i++) {
      String device =
          switch (draft.random.nextInt(high ? 6 : 4)) {
            case 0 -> "low" + draft.random.nextInt(bottoms);
            case 1, 2, 3 -> "mid";
            default -> "high";
          };
      switch (draft.random.nextInt(16)) {
        case 0 -> draft.status(device);
        case 1 -> draft.pause(device);
        case 2 -> {
          if (device.equals("mid")) {
            draft.swap("mid", over(draft, "low0", "low1"));
          }
        }
        case 3 -> {
          if (!high || !device.startsWith("low")) {
            draft.parallel(device);
          }
        }
        default -> draft.io(device);
      }
    }
  }

  private static ScriptBuilder.Table bottom(ScriptBuilder draft, int device) {
    return draft.table(device, 3, 250, BOTTOM);
  }

  /**
   * A table over two devices, each used once and so no sector twice: the parts of a request may
   * come in any order.
   */
  private static ScriptBuilder.Table over(ScriptBuilder draft, String first, String second) {
    if (draft.oneIn(3)) {
      long shorter = Math.min(draft.sectors(first), draft.sectors(second));
      int chunk = draft.between(1, (int) Math.min(16, shorter));
      long rows = shorter / chunk;
      return ScriptBuilder.table(
          new RuleMaker.Made(
              rows * chunk * 2,
              chunk,
              "striped 2 " + chunk + " $" + first + " 0 $" + second + " 0"));
    }
    return ScriptBuilder.table(part(draft, second), part(draft, first));
  }

  private static RuleMaker.Made part(ScriptBuilder draft, String device) {
    int sectors = (int) draft.sectors(device);
    int start = draft.between(0, sectors / 2);
    int length = draft.between(1, sectors - start);
    return new RuleMaker.Made(length, 1, "linear $" + device + " " + start);
  }
}
