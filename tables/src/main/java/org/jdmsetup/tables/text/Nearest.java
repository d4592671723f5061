package org.jdmsetup.tables.text;

/** Finds the word that a mistyped one was probably meant to be. */
public final class Nearest {
  private static final int MOST_MISTAKES = 2;

  private Nearest() {}

  /** The nearest of the words, or null when none is near. */
  public static String to(String typed, String[] words) {
    String nearest = null;
    int fewest = Math.min(MOST_MISTAKES, typed.length() / 2) + 1;
    for (String word : words) {
      int mistakes = mistakes(typed, word);
      if (mistakes < fewest) {
        fewest = mistakes;
        nearest = word;
      }
    }
    return nearest;
  }

  /** Letters to insert, drop, change or swap with a neighbour to get from one word to the other. */
  private static int mistakes(String from, String to) {
    int[][] d = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        d[i][j] = swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
      }
    }
    return d[from.length()][to.length()];
  }
}
