package org.jdmsetup.tables.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.TableCheck;
import org.jdmsetup.tables.check.TypeNames;
import org.jdmsetup.tables.parameters.SnapshotParams.Store;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters of the snapshot targets as dm-snap.c reads them, with its texts in its order. */
class SnapshotParamsTest {
  private static final DeviceRef ORIGIN = new DeviceRef.Path("/dev/a");
  private static final DeviceRef COW = new DeviceRef.Path("/dev/b");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /dev/a /dev/b P 8                       | /dev/a /dev/b P 8
          /dev/a /dev/b p 0                       | /dev/a /dev/b P 0
          /dev/a /dev/b poor +064                 | /dev/a /dev/b PO 64
          /dev/a /dev/b nothing 2097152           | /dev/a /dev/b N 2097152
          /dev/a /dev/b P 8 0 junk                | /dev/a /dev/b P 8
          /dev/a /dev/b P 8 1 Discard_Zeroes_Cow  | /dev/a /dev/b P 8 1 discard_zeroes_cow
          /dev/a /dev/b N 8 2 discard_passdown_origin discard_zeroes_cow x | /dev/a /dev/b N 8 2 discard_zeroes_cow discard_passdown_origin
          """)
  void whatIsReadIsPrintedInOneWay(String params, String printed) throws ParamsException {
    TargetParams read = TargetParams.parse("snapshot", new Sectors(100), params);
    assertEquals(printed, read.text());
    assertEquals(read, TargetParams.parse("snapshot", new Sectors(100), read.text()));
    assertEquals(
        "snapshot-merge", TargetParams.parse("snapshot-merge", new Sectors(100), params).type());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /dev/a /dev/b P                  | requires 4 or more arguments | 3
          /dev/a /dev/a P 8 x              | Invalid number of feature arguments | 4
          /dev/a /dev/a P 8 3 a b c        | Invalid number of feature arguments | 4
          /dev/a /dev/a P 8 1              | Invalid number of feature arguments | 4
          /dev/a /dev/a P 8 1 discard      | Unrecognised feature requested | 5
          /dev/a /dev/a P 8 2 discard_passdown_origin discard | discard_passdown_origin feature depends on discard_zeroes_cow | 5
          9999:0 /dev/b X 9                | Cannot get origin device | 0
          /dev/a /dev/a X 9                | COW device cannot be the same as origin device | 1
          /dev/a 9999:0 X 9                | Cannot get COW device | 1
          /dev/a /dev/b X 9                | Couldn't create exception store | 2
          /dev/a /dev/b PX 9               | Couldn't create exception store | 2
          /dev/a /dev/b P 9                | Couldn't create exception store | 3
          /dev/a /dev/b P 8k               | Couldn't create exception store | 3
          /dev/a /dev/b P 4194304          | Couldn't create exception store | 3
          """)
  void whatIsRefused(String params, String text, int word) {
    ParamsException e =
        assertThrows(
            ParamsException.class, () -> TargetParams.parse("snapshot", new Sectors(100), params));
    assertEquals(text, e.kernelText());
    assertEquals(word, e.word());
  }

  @Test
  void faultsComeAfterTheDevices() {
    ParamsException e =
        assertThrows(
            ParamsException.class,
            () -> TargetParams.parse("snapshot", new Sectors(100), "/dev/a /dev/b P 9"));
    assertEquals(List.of(ORIGIN, COW), e.devicesBefore());
  }

  @Test
  void whatATargetTurnedOutToBe() throws ParamsException {
    SnapshotParams params =
        (SnapshotParams)
            TargetParams.parse(
                "snapshot", new Sectors(100), "/dev/a /dev/b N 8 1 discard_zeroes_cow");
    assertEquals(
        "7:0 7:1 PO 64 1 discard_zeroes_cow",
        params.text(device -> device.equals(ORIGIN) ? "7:0" : "7:1", Store.PO, new Sectors(64)));
    assertEquals(List.of(ORIGIN, COW), params.devices().stream().map(DeviceUse::device).toList());
  }

  @Test
  void anOriginIsOneDevice() throws ParamsException {
    assertEquals(
        "/dev/a", TargetParams.parse("snapshot-origin", new Sectors(100), " /dev/a ").text());
    ParamsException e =
        assertThrows(
            ParamsException.class,
            () -> TargetParams.parse("snapshot-origin", new Sectors(100), "/dev/a 0"));
    assertEquals("origin: incorrect number of arguments", e.kernelText());
  }

  @Test
  void whatCannotBeMade() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SnapshotParams(
                false, ORIGIN, COW, Store.P, new Sectors(9), false, false, new Sectors(8)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SnapshotParams(
                false, ORIGIN, COW, Store.P, new Sectors(8), false, true, new Sectors(8)));
  }

  @Test
  void theTypeOfOldTutorials() {
    assertEquals("snapshot", TypeNames.meant("snapshot-target"));
    assertEquals("snapshot-merge", TypeNames.meant("snapshot-marge"));
    assertNull(TypeNames.meant("snapshot"));
    assertEquals(
        "'snapshot' or another one that 'dmsetup targets' lists",
        TableCheck.of("0 8 snapshot-target /dev/a /dev/b P 8").get(0).expected());
  }
}
