package org.jdmsetup.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as C reads them, and what is said of those that are read otherwise than typed. */
class CNumberTest {

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "12,12",
        " 12,12",
        "-7x,-7",
        "+3,3",
        "x,0",
        "'',0",
        "4294967297,1",
        "-4294967297,-1",
        "99999999999999999999,-1",
        "-99999999999999999999,0",
        "2147483648,-2147483648"
      })
  void atoi(String text, int value) {
    assertEquals(value, CNumber.atoi(text));
  }

  @ParameterizedTest
  @CsvSource({
    "644, 420, 3, false",
    "08, 0, 1, false",
    "x, 0, 0, false",
    "777777777777777777777, 9223372036854775807, 21, false",
    "1000000000000000000000, 9223372036854775807, 22, true",
    "-1000000000000000000000, -9223372036854775808, 23, false"
  })
  void octal(String text, long value, int end, boolean overflowed) {
    CNumber number = CNumber.read(text, 8);

    assertEquals(value, number.value);
    assertEquals(end, number.end);
    assertEquals(overflowed, number.overflowed);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "18446744073709551615, 18446744073709551615, 20",
    "18446744073709551616, 18446744073709551615, 20",
    "-1, 18446744073709551615, 2",
    "12a, 12, 2",
    "a, 0, 0"
  })
  void unsigned(String text, String value, int end) {
    CNumber number = CNumber.readUnsigned(text);

    assertEquals(value, Long.toUnsignedString(number.value));
    assertEquals(end, number.end);
  }

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "-1, ''",
    "007, ''",
    "+7, ''",
    "2147483648, \"'2147483648' is read as -2147483648.\"",
    "0x10, \"'0x10' is read as 0; numbers are decimal: hexadecimal 0x10 is 16.\"",
    "8M, \"'8M' is read as 8; 8 MiB is 16384 sectors of 512 bytes.\"",
    "abc, \"'abc' is read as 0.\""
  })
  void misread(String text, String said) {
    assertEquals(said.replace("\"", ""), CNumber.misread(text));
  }
}
