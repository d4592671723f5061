package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes in each unit, as dmstats shows them. */
class SizeUnitsTest {

  @Test
  void sizesAreShownAsDmstatsShowedThem() throws IOException {
    try (var in = getClass().getResourceAsStream("measured-sizes.txt");
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      String[] units = lines.readLine().split(" ");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] row = line.split(" ");
        for (int i = 1; i < units.length; i++) {
          String shown = SizeUnits.of(units[i]).text(new Sectors(Long.parseUnsignedLong(row[0])));
          assertEquals(row[i], shown, row[0] + " sectors in " + units[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", " k", "-1k", ".5k", "4", "0k", "0.0001k", "0.5b", "0.1h", "inf"})
  void otherUnitsAreRefused(String argument) {
    assertNull(SizeUnits.of(argument));
  }
}
