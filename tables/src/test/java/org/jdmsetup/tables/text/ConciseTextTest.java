package org.jdmsetup.tables.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts for {@code create --concise}, and what dmsetup 1.02.185 made of them. */
class ConciseTextTest {

  @Test
  void readsDevicesAndRules() throws Exception {
    ConciseText text =
        new ConciseText("dev1,,,,0 100 linear 253:1 0,100 100 error; dev2, u-1, 5 ,ro,0 1 error\n");

    assertEquals(
        new ConciseDevice("dev1", "", "", "", "0 100 linear 253:1 0\n100 100 error"), text.next());
    ConciseDevice second = text.next();
    assertEquals(new ConciseDevice("dev2", "u-1", "5 ", "ro", "0 1 error\n"), second);
    assertTrue(second.isReadOnly());
    assertNull(text.next());
  }

  @Test
  void aBackslashTakesAnyMeaning() throws Exception {
    ConciseDevice device = new ConciseText("a\\,b,c\\;\\d\\\\,,,0 1 zero").next();

    assertEquals("a,b", device.name());
    assertEquals("c;d\\", device.uuid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "a,b;c\\d", "", "\\,", ";;"})
  void escapesWhatItReads(String field) throws Exception {
    ConciseText text = new ConciseText(ConciseText.escape(field) + ",,,,x");

    assertEquals(field, text.next().name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a,,,,0 1 zero;", "a,,,ro,;", ",,,,x;  \n"})
  void mayEndWithASemicolonOrBeEmpty(String text) throws Exception {
    ConciseText concise = new ConciseText(text);
    while (concise.next() != null) {
      assertTrue(text.length() > 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "d3;    | Five comma-separated fields are required for each device | 1 fields: name: d3 uuid: (null) minor: (null) flags: (null) table: (null)",
        "a,u;b  | Five comma-separated fields are required for each device | 2 fields: name: a uuid: u minor: (null) flags: (null) table: (null)",
        "a,,,ro; | Five comma-separated fields are required for each device | 4 fields: name: a uuid:  minor:  flags: ro table: (null)",
        "d3,,,  | Incomplete entry: five comma-separated fields are required for each device | 4 fields: name: d3 uuid:  minor:  flags:  table: (null)",
        "d3,,,, | Incomplete entry: five comma-separated fields are required for each device | `5 fields: name: d3 uuid:  minor:  flags:  table: `",
        "a,\\    | Backslash must be followed by another character at end of string. | 2 fields: name: a uuid:  minor: (null) flags: (null) table: (null)",
      })
  void stopsWhereDmsetupStops(String text, String message, String parsed) {
    ConciseSyntaxException e =
        assertThrows(ConciseSyntaxException.class, () -> new ConciseText(text).next());

    assertEquals(message + "\nParsed " + parsed, e.getMessage());
  }
}
