package org.jdmsetup.cli.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Reads regular expressions as libdevmapper does, which wraps an expression in {@code (.*(} and
 * {@code )!)}, where {@code !} accepts, complains about what is malformed, and goes on as long as
 * something can be made of it. So {@code a)} is the same as {@code a}, and {@code |a} is complained
 * about but matches everything.
 */
final class RegexParser {
  private static final char ACCEPT = 0x100;
  private static final char NOTHING_LEFT = 0x101;

  /** A token that is a set of bytes rather than itself. */
  private static final char SET = 0x102;

  /** Deeper groups than anybody writes, and shallow enough for any stack. */
  private static final int DEEPEST = 1000;

  private final String text;
  private final List<String> complaints = new ArrayList<>();
  private int position;
  private int depth;
  private char token;
  private BitSet set;

  RegexParser(String expression) {
    text = "(.*(" + expression + ")" + ACCEPT + ")";
  }

  /** What was found wrong with an expression that could be read all the same. */
  List<String> complaints() {
    return complaints;
  }

  RegexProgram parse() throws RegexSyntaxException {
    next();
    RegexNode node = choice();
    if (node == null) {
      complaints.add("Parse error in regex");
      complaints.add("Couldn't parse regex");
      throw new RegexSyntaxException(complaints);
    }
    RegexProgram program = new RegexProgram();
    node.write(program);
    program.take(new BitSet());
    return program;
  }

  /** Null if nothing can be read here. */
  private RegexNode choice() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    while (true) {
      RegexNode part = sequence();
      if (part == null) {
        complaints.addAll(Collections.nCopies(parts.size(), "Badly formed 'or' expression"));
        return null;
      }
      parts.add(part);
      if (token != '|') {
        return parts.size() == 1 ? part : new RegexNode.Choice(parts);
      }
      next();
    }
  }

  private RegexNode sequence() throws RegexSyntaxException {
    List<RegexNode> parts = new ArrayList<>();
    for (RegexNode part = repeated(); part != null; part = repeated()) {
      parts.add(part);
    }
    return parts.isEmpty() ? null : new RegexNode.Sequence(parts);
  }

  private RegexNode repeated() throws RegexSyntaxException {
    RegexNode node = single();
    if (node == null) {
      return null;
    }
    boolean optional = false;
    boolean repeated = false;
    for (; token == '*' || token == '+' || token == '?'; next()) {
      optional |= token != '+';
      repeated |= token != '?';
    }
    return optional || repeated ? new RegexNode.Repeat(node, optional, repeated) : node;
  }

  private RegexNode single() throws RegexSyntaxException {
    RegexNode node;
    switch (token) {
      case SET:
        node = new RegexNode.Bytes(set);
        break;
      case ACCEPT:
        node = new RegexNode.Accept();
        break;
      case '(':
        if (++depth > DEEPEST) {
          throw new RegexSyntaxException(
              List.of("more than " + DEEPEST + " nested groups in regular expression"));
        }
        next();
        node = choice();
        depth--;
        if (token != ')') {
          complaints.add("missing ')' in regular expression");
          return null;
        }
        break;
      default:
        return null;
    }
    next();
    return node;
  }

  private void next() {
    if (position >= text.length()) {
      token = NOTHING_LEFT;
      return;
    }
    char c = text.charAt(position++);
    token = SET;
    set = new BitSet();
    switch (c) {
      case '(':
      case ')':
      case '|':
      case '*':
      case '+':
      case '?':
      case ACCEPT:
        token = c;
        break;
      case '[':
        if (!readClass()) {
          position = text.length();
          token = NOTHING_LEFT;
        }
        break;
      case '.':
        set.set(0, 0x100);
        set.clear('\n');
        set.clear('\r');
        break;
      case '^':
        set.set(Regex.BEGIN);
        break;
      case '$':
        set.set(Regex.END);
        break;
      case '\\':
        set.set(escaped(text.charAt(position++)));
        break;
      default:
        set.set(c);
    }
  }

  /** Reads the rest of a class into the set; false if it does not end. */
  private boolean readClass() {
    boolean negated = text.charAt(position) == '^';
    if (negated) {
      position++;
    }
    char last = 0;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == ']') {
        if (negated) {
          set.flip(0, 0x100);
        }
        return true;
      }
      if (c == '-' && last != 0 && position < text.length()) {
        // the end of a range is taken as it stands, be it a bracket or a backslash
        c = text.charAt(position++);
        set.set(Math.min(last, c), Math.max(last, c) + 1);
      } else {
        if (c == '\\' && position < text.length()) {
          c = escaped(text.charAt(position++));
        }
        set.set(c);
      }
      last = c;
    }
    return false;
  }

  private static char escaped(char c) {
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      default:
        return c;
    }
  }
}
