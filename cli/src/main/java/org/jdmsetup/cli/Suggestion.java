package org.jdmsetup.cli;

import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.tables.text.Nearest;

/** {@code did you mean}: what a user may have meant who typed a word that is unknown. */
final class Suggestion {
  private Suggestion() {}

  /**
   * Prints the option that is nearest to an unknown one, if any is near.
   *
   * @param unrecognized without its dashes
   */
  static void printOption(Output err, String unrecognized) {
    String[] known = new String[Opt.count()];
    for (int i = 0; i < known.length; i++) {
      known[i] = Opt.at(i).word();
    }
    print(err, "--", Nearest.to(unrecognized, known));
  }

  /**
   * Prints a suggestion.
   *
   * @param before what comes before the word
   * @param word null if none is near
   */
  static void print(Output err, String before, String word) {
    if (word != null) {
      err.print("dmsetup: did you mean '").print(before).print(word).line("'?");
    }
  }
}
