package org.jdmsetup.it.cases;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdmsetup.it.world.Recording;
import org.jdmsetup.testing.Programs;

/**
 * A short session at the command line: commands, what they read, and nothing about what they print,
 * since the C tool says that.
 *
 * @param id the file's name and the case's title, unique in the suite
 * @param notes what the file says of this case, by word (see {@link CaseFile})
 */
public record CommandCase(String id, Map<String, String> notes, List<Step> steps) {
  public CommandCase {
    notes = Map.copyOf(notes);
    steps = List.copyOf(steps);
  }

  /** The text after a note's word, if the case has such a note. */
  public Optional<String> note(String word) {
    return Optional.ofNullable(notes.get(word));
  }

  /** Whether there is something to learn from this order of the tools. */
  public boolean isPlayedIn(ToolOrder order) {
    return order == ToolOrder.C || order == ToolOrder.OURS || note(CaseComparison.READS).isEmpty();
  }

  /**
   * The steps in the order in which their results are recorded: those in the background come last.
   */
  public List<Step> recorded() {
    return Stream.concat(
            steps.stream().filter(step -> step.kind() != Kind.BACKGROUND),
            steps.stream().filter(step -> step.kind() == Kind.BACKGROUND))
        .toList();
  }

  /**
   * What the steps did when the tools ran them in this order, as {@link #recorded} orders them;
   * empty when that was not begun.
   */
  public List<Programs.Result> results(Recording recording, ToolOrder order) {
    return recording.of(id, order.name());
  }

  /** What a step is typed into. */
  enum Kind {
    /** A command under test, run by whichever tool's turn it is. */
    COMMAND,
    /**
     * The same, left running while the following steps run; its result is collected at the end of
     * the case.
     */
    BACKGROUND,
    /** A line for /bin/sh, whose output is compared as well. */
    SHELL
  }

  /**
   * One line of a session.
   *
   * @param line as typed, for people
   * @param words the command and its arguments, or one word: the line for the shell
   * @param input what it reads on its standard input
   */
  public record Step(Kind kind, String line, List<String> words, String input) {
    public Step {
      words = List.copyOf(words);
    }
  }
}
