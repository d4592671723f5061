package org.jdmsetup.cli.report;

import org.jdmsetup.tables.ByteText;

/** The characters that the lines of a tree are drawn with. */
enum TreeSymbols {
  ASCII("  ", "|-", "| ", "`-", "---", "-+-"),
  UTF("  ", "├─", "│ ", "└─", "───", "─┬─"),
  /** The graphic characters of VT100 terminals, between the codes that switch to them and back. */
  VT100("  ", graphic("tq"), graphic("x") + " ", graphic("mq"), graphic("qqq"), graphic("qwq"));

  final String blank;
  final String branch;
  final String vertical;
  final String last;
  final String single;
  final String first;

  TreeSymbols(
      String blank, String branch, String vertical, String last, String single, String first) {
    this.blank = ByteText.ofUnicode(blank);
    this.branch = ByteText.ofUnicode(branch);
    this.vertical = ByteText.ofUnicode(vertical);
    this.last = ByteText.ofUnicode(last);
    this.single = ByteText.ofUnicode(single);
    this.first = ByteText.ofUnicode(first);
  }

  private static String graphic(String symbols) {
    return "\u001b(0\u000f" + symbols + "\u001b(B";
  }
}
