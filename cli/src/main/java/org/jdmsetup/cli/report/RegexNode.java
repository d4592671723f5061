package org.jdmsetup.cli.report;

import java.util.BitSet;
import java.util.List;

/** A part of a regular expression, which writes itself as steps of a program. */
sealed interface RegexNode {
  /** Appends steps that go on after the last of them when this has matched. */
  void write(RegexProgram program);

  /** One byte of a set. */
  record Bytes(BitSet set) implements RegexNode {
    @Override
    public void write(RegexProgram program) {
      program.take(set);
    }
  }

  /** The place where the whole expression has matched. */
  record Accept() implements RegexNode {
    @Override
    public void write(RegexProgram program) {
      program.accept();
    }
  }

  /** One after the other; nothing at all if there are none. */
  record Sequence(List<RegexNode> parts) implements RegexNode {
    @Override
    public void write(RegexProgram program) {
      for (RegexNode part : parts) {
        part.write(program);
      }
    }
  }

  /** One of these. */
  record Choice(List<RegexNode> parts) implements RegexNode {
    @Override
    public void write(RegexProgram program) {
      int[] exits = new int[parts.size() - 1];
      for (int i = 0; i < exits.length; i++) {
        int split = program.split();
        parts.get(i).write(program);
        exits[i] = program.jump();
        program.aim(split, program.size());
      }
      parts.get(exits.length).write(program);
      for (int exit : exits) {
        program.aim(exit, program.size());
      }
    }
  }

  /**
   * Again and again.
   *
   * @param optional not even once is enough
   * @param repeated more than once is possible
   */
  record Repeat(RegexNode part, boolean optional, boolean repeated) implements RegexNode {
    @Override
    public void write(RegexProgram program) {
      int first = program.size();
      int skip = optional ? program.split() : -1;
      part.write(program);
      if (repeated) {
        // back to the first step, or on to the next, which leaves the loop
        program.aim(program.split(), first);
      }
      if (optional) {
        program.aim(skip, program.size());
      }
    }
  }
}
