package org.jdmsetup.tables.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jdmsetup.tables.ByteText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MistypedTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1M            | 1 MiB is 2048 sectors of 512 bytes",
        "1m            | 1 MiB is 2048 sectors of 512 bytes",
        "10GiB         | 10 GiB is 20971520 sectors of 512 bytes",
        "1.5G          | 1.5 GiB is 3145728 sectors of 512 bytes",
        "512B          | 512 bytes is 1 sector of 512 bytes",
        "100B          | 100 bytes is no whole number of sectors of 512 bytes",
        "8s            | write 8, without a unit",
        "0x8           | numbers are decimal: hexadecimal 0x8 is 8",
        "-8            | negative numbers mean nothing here",
        "+8            | write 8, without a sign",
        "1,024         | write 1024, without separators",
        "1_024_000     | write 1024000, without separators",
        "1.5           | numbers have no fractions",
        "18446744073709551616 | it needs more than 64 bits",
        "8,8           | each rule has a line of its own: commas and semicolons separate rules and"
            + " devices with --concise alone",
        "'8'           | quotation marks are part of the word here: leave them out",
      })
  void looksLike(String word, String advice) {
    assertEquals("; " + advice, Mistyped.advice(word));
  }

  @ParameterizedTest
  @CsvSource({"8", "18446744073709551615", "zero", "/dev/sda", "7:0", "''", "x8"})
  void nothingInParticular(String word) {
    assertEquals("", Mistyped.advice(word));
  }

  @Test
  void charactersOfWebPages() {
    assertEquals(
        "; it holds the character U+2212 (minus sign), as text copied from a web page may: type"
            + " plain characters",
        Mistyped.advice(ByteText.ofUnicode("\u22128")));
    assertEquals(
        "; it holds the character U+FF18 (fullwidth digit eight), as text copied from a web page"
            + " may: type the digits 0 to 9",
        Mistyped.advice(ByteText.ofUnicode("\uff18")));
    assertEquals(
        "; it holds the character U+201C (left double quotation mark), as text copied from a web"
            + " page may: type plain characters",
        Mistyped.advice(ByteText.ofUnicode("\u201c0")));
  }
}
