package org.jdmsetup.it.io;

import java.util.List;

/** Scripts over one device whose rules are of given targets, in any mixture. */
final class MappedScripts implements ScriptKind {
  private final String name;
  private final int mostRules;
  private final RuleMaker[] makers;

  MappedScripts(String name, int mostRules, RuleMaker... makers) {
    this.name = name;
    this.mostRules = mostRules;
    this.makers = makers;
  }

  @Override
  public String name() {
    return name;
  }

  private Draft.Table table(Draft draft) {
    return draft.table(0, mostRules, 900, makers);
  }

  @Override
  public void write(Draft draft) {
    draft.create("x", table(draft));
    int steps = draft.between(15, 40);
    for (int i = 0; i < steps; i++) {
      switch (draft.random.nextInt(20)) {
        case 0 -> draft.status("x");
        case 1 -> draft.pause("x");
        case 2 -> draft.swap("x", table(draft));
        case 3 -> draft.parallel("x");
        case 4 -> {
          draft.step(new Step.Suspend("x", draft.oneIn(2)));
          draft.status("x");
          draft.step(new Step.Resume("x"));
        }
        case 5 -> {
          if (draft.oneIn(3)) {
            draft.reload("x", table(draft));
          }
        }
        default -> draft.io("x");
      }
    }
  }

  /** All there are of this sort. */
  static List<ScriptKind> all() {
    return List.of(
        new MappedScripts("linear", 5, Rules.LINEAR),
        new MappedScripts("striped", 3, Rules.STRIPED),
        new MappedScripts("error", 4, Rules.LINEAR, Rules.ERROR),
        new MappedScripts("zero", 4, Rules.LINEAR, Rules.ZERO),
        new MappedScripts("mixed", 6, Rules.LINEAR, Rules.STRIPED, Rules.ERROR, Rules.ZERO));
  }
}
