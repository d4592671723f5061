package org.jdmsetup.engine.control.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What is no record of a device is refused with what was found, so that the daemon starts. */
class DeviceRecordTest {

  @Test
  void textWithoutAnyLine() {
    refused("\n", "the first line is '', expected 'jdmsetup device 3' or 'jdmsetup device 2'");
  }

  @Test
  void formatOfAnotherVersion() {
    refused(
        "jdmsetup device 9\n",
        "the first line is 'jdmsetup device 9', expected 'jdmsetup device 3' or 'jdmsetup device 2'");
  }

  private static void refused(String text, String reason) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> DeviceRecord.parse(text));
    assertEquals(reason, refusal.getMessage());
  }
}
