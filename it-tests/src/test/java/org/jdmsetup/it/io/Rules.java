package org.jdmsetup.it.io;

/** Random rules of the targets that only map. */
final class Rules {
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

  private Rules() {}
}
