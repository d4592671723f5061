package org.jdmsetup.it.io;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Scripts over one device whose rules are of given targets, in any mixture. */
final class MappedScripts implements ScriptKind {
  private static final int LONGEST = 900;

  private final String name;
  private final Function<ScriptBuilder, ScriptBuilder.Table> table;
  private Consumer<ScriptBuilder> below = draft -> {};
  private Function<ScriptBuilder, String> message;
  private boolean ordered;

  private MappedScripts(String name, Function<ScriptBuilder, ScriptBuilder.Table> table) {
    this.name = name;
    this.table = table;
  }

  /** Tables of one to so many random rules. */
  private static MappedScripts of(String name, int mostRules, RuleMaker... makers) {
    return new MappedScripts(name, draft -> draft.table(0, mostRules, LONGEST, makers));
  }

  /** The targets take messages. */
  private MappedScripts messages(Function<ScriptBuilder, String> maker) {
    message = maker;
    return this;
  }

  /** What requests do depends on their order, so there is only one at a time. */
  private MappedScripts ordered() {
    ordered = true;
    return this;
  }

  /** What there has to be before the device. */
  private MappedScripts over(Consumer<ScriptBuilder> devices) {
    below = devices;
    return this;
  }

  @Override
  public String title() {
    return name;
  }

  @Override
  public void write(ScriptBuilder draft) {
    if (ordered) {
      draft.mostQueued(0);
    }
    below.accept(draft);
    draft.create("x", table.apply(draft));
    int steps = draft.between(15, 40);
    for (int i = 0; i < steps; i++) {
      switch (draft.random.nextInt(20)) {
        case 0 -> draft.status("x");
        case 1 -> draft.pause("x");
        case 2 -> draft.swap("x", table.apply(draft));
        case 3 -> {
          if (!ordered) {
            draft.parallel("x");
          }
        }
        case 4 -> {
          draft.step(new IoStep.Suspend("x", draft.oneIn(2)));
          draft.status("x");
          draft.step(new IoStep.Resume("x"));
        }
        case 5 -> {
          if (draft.oneIn(3)) {
            draft.reload("x", table.apply(draft));
          }
        }
        case 6, 7, 8 -> {
          if (message == null) {
            draft.io("x");
          } else {
            draft.message("x", message.apply(draft));
          }
        }
        default -> draft.io("x");
      }
    }
  }

  /** All there are of this sort. */
  static List<ScriptKind> all() {
    return List.of(
        of("linear", 5, RandomRules.LINEAR),
        of("striped", 3, RandomRules.STRIPED),
        of("error", 4, RandomRules.LINEAR, RandomRules.ERROR),
        of("zero", 4, RandomRules.LINEAR, RandomRules.ZERO),
        of(
            "mixed",
            6,
            RandomRules.LINEAR,
            RandomRules.STRIPED,
            RandomRules.ERROR,
            RandomRules.ZERO),
        of("unstriped", 4, RandomRules.UNSTRIPED, RandomRules.UNSTRIPED, RandomRules.LINEAR),
        of("switch", 2, RandomRules.SWITCH).messages(RandomMessages::toSwitch),
        of("flakey", 3, RandomRules.FLAKEY),
        new MappedScripts("flakey-reads", RandomRules::spoiltReads).over(RandomRules::toBeSpoilt),
        of("dust", 2, RandomRules.DUST).messages(RandomMessages::toDust).ordered(),
        of("delay", 2, RandomRules.DELAY),
        new MappedScripts("log-writes", RandomRules::logged)
            .over(draft -> draft.settles(20))
            .messages(RandomMessages::toLogWrites)
            .ordered());
  }
}
