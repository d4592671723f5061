package org.jdmsetup.cli.command;

import java.io.IOException;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.Session;

/** A question that is answered on standard input with y or n. */
final class Question {
  private Question() {}

  /**
   * Asks until a line holds an answer; the last y or n of the line counts. The end of the input is
   * a no.
   */
  static boolean ask(Session session, String question) {
    Output out = session.out();
    int answer = 0;
    int c = '\n';
    while (c != '\n' || answer == 0) {
      if (c == '\n') {
        out.print(question).flush();
      }
      c = read(session);
      if (c < 0) {
        out.line("");
        return false;
      }
      int lower = Character.toLowerCase(c);
      if (lower == 'y' || lower == 'n') {
        answer = lower;
      }
    }
    return answer == 'y';
  }

  private static int read(Session session) {
    try {
      return session.surroundings().in().read();
    } catch (IOException e) {
      return -1; // nobody to ask
    }
  }
}
