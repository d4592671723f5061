package org.jdmsetup.tables.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.jdmsetup.tables.ByteText;
import org.junit.jupiter.api.Test;

/** What a table that was read says of its own text. */
class ParsedTableTest {

  private static ParsedTable table(String text) throws TableSyntaxException {
    return TableText.parse(text, TableSource.OPTION);
  }

  @Test
  void whatIsHardlyMeantIsAnOddity() throws TableSyntaxException {
    String blank = ByteText.ofUnicode("\u00a0");
    assertEquals(Optional.empty(), table("0 8 linear /dev/a 0").oddity());
    assertTrue(table("0 8 linear" + blank + "/dev/a 0").oddity().get().contains("U+00A0"));
  }
}
