package org.jdmsetup.tables.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void blanksSeparate() {
    assertEquals(List.of("a", "b", "c"), Words.of(" a\tb \u000bc\r\n").list());
    assertEquals(List.of("a", "b"), Words.of("a\u00a0b").list());
    assertEquals(List.of(), Words.of("  ").list());
  }

  @Test
  void aBackslashEscapesAndALastOneStays() {
    assertEquals(List.of("a b", "\\"), Words.of("a\\ b \\\\").list());
    assertEquals(List.of("ab\\"), Words.of("\\ab\\").list());
    assertEquals(List.of("\""), Words.of("\"").list());
  }

  @Test
  void typedBackslashesAreBytesLikeOthers() {
    assertEquals(List.of("a\\", "b\\\\"), Words.typed("a\\ b\\\\").list());
  }

  @Test
  void columnsCountFromOne() {
    Words words = Words.of(" a\\ b  c");
    assertEquals(2, words.column(0));
    assertEquals(8, words.column(1));
    assertEquals(9, words.column(2));
    assertThrows(IndexOutOfBoundsException.class, () -> words.get(2));
  }

  @Test
  void joinedWordsSplitIntoThemselves() {
    assertEquals("a\\ b c\\\\", Words.join(List.of("a b", "c\\")));
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      List<String> words = new ArrayList<>();
      for (int n = random.nextInt(8); n > 0; n--) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(5); length > 0; length--) {
          word.append("a\\ \t\u00a0\n:'".charAt(random.nextInt(8)));
        }
        words.add(word.toString());
      }
      assertEquals(words, Words.of(Words.join(words)).list());
    }
  }

  @Test
  void anEmptyWordCannotBeWritten() {
    assertThrows(IllegalArgumentException.class, () -> Words.escape(""));
  }
}
