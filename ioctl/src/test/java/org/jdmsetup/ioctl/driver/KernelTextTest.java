package org.jdmsetup.ioctl.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.jdmsetup.ioctl.session.Hints;
import org.jdmsetup.ioctl.system.ProcessArguments;
import org.jdmsetup.tables.ByteText;
import org.junit.jupiter.api.Test;

/** Text that comes from the kernel: /proc/devices, /dev/kmsg, an argument vector. */
class KernelTextTest {

  @Test
  void theMajorIsThatOfTheBlockDriver() {
    assertEquals(
        254,
        KernelControl.blockMajor(
            "Character devices:\n 10 misc\n\nBlock devices:\n  7 loop\n254 device-mapper\n"));
    assertEquals(
        -1, KernelControl.blockMajor("Character devices:\n 10 device-mapper\nBlock devices:\n"));
  }

  @Test
  void aLogRecordsTextIsDecoded() {
    assertEquals(
        "device-mapper: ioctl: no x\\x20y",
        KernelLog.message("3,1234,5678,-;device-mapper: ioctl: no x\\x5cx20y\n SUBSYSTEM=block\n"));
  }

  @Test
  void argumentsAreTheBytesThatWerePassed() {
    byte[] vector = ByteText.bytes("java\0-jar\0x.jar\0ls\0\0n\u00ff?\0");
    assertArrayEquals(
        new String[] {"ls", "", "n\u00ff?"},
        ProcessArguments.of(new String[] {"ls", "", "n\ufffd?"}, vector));
    assertArrayEquals(
        new String[] {"\u00c3\u00a9"},
        ProcessArguments.of(new String[] {"\u00e9"}, new byte[0]),
        "without a vector, the UTF-8 of what the JVM made of it");
  }

  @Test
  void devicesThatDoNotSuitARuleInPlainWords() {
    assertEquals(
        Optional.of("The device has 2048 sectors of 512 bytes; the rule wants 2049 of them."),
        Hints.inPlainWords(
            "kernel log: device-mapper: table: 253:0: loop0 too small for target: start=0,"
                + " len=2049, dev_size=2048"));
    assertEquals(
        Optional.of(
            "The device has 2048 sectors of 512 bytes; the rule wants 1048576 of them."
                + " 1048576 bytes are 2048 sectors: write that."),
        Hints.inPlainWords("a too small for target: start=0, len=1048576, dev_size=2048"));
    assertEquals(
        Optional.of(
            "The device has 2048 sectors of 512 bytes; the rule wants 8 of them, from sector 2041"
                + " on."),
        Hints.inPlainWords("a too small for target: start=2041, len=8, dev_size=2048"));
    assertEquals(
        Optional.of(
            "The device has blocks of 4096 bytes: starts and lengths must be multiples of 8"
                + " sectors."),
        Hints.inPlainWords("len=4 not aligned to h/w logical block size 4096 of sdb"));
    assertEquals(Optional.empty(), Hints.inPlainWords("Device lookup failed"));
  }

  @Test
  void similarNames() {
    assertTrue(Hints.isSimilar("vol1", "Vol1"));
    assertTrue(Hints.isSimilar("vg-root", "vg-roots"));
    assertTrue(Hints.isSimilar("vg-root", "vg-rot"));
    assertTrue(Hints.isSimilar("vg-root", "vg-rood"));
    assertTrue(Hints.isSimilar("vg-root", "vg-roo"));
    assertFalse(Hints.isSimilar("vg-root", "vg-home"));
    assertFalse(Hints.isSimilar("a", "b"));
    assertFalse(Hints.isSimilar("ab", "abcdef"));
  }
}
