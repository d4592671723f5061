package org.jdmsetup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The udev commands as far as they need neither udev nor cookies that exist. */
class UdevCommandsTest {
  private static final String WARNING =
      "WARNING: This operation will destroy all semaphores with keys that have a prefix 3405"
          + " (0xd4d).\n";
  private static final String QUESTION = "Do you really want to continue? [y/n]: ";
  private static final String NOT_DESTROYED =
      "Semaphores with keys prefixed by 3405 (0xd4d) NOT destroyed.\n";

  @TempDir private Path devices;

  private Ran run(Map<String, String> environment, String... words) {
    return Ran.with(
        "dmsetup",
        environment,
        "",
        (settings, messages) -> new DeviceMapper(settings, messages, new SmallDriver()),
        words);
  }

  private static void refused(String error, String... words) {
    Ran ran = Ran.dmsetup(words);
    assertEquals(error + "\nCommand failed.\n", ran.err());
    assertEquals(1, ran.status());
    assertEquals("", ran.out());
  }

  private static Ran answered(String input) {
    return Ran.with(
        "dmsetup",
        Map.of(),
        input,
        (settings, messages) -> {
          throw new AssertionError("no driver should be needed");
        },
        "udevcomplete_all");
  }

  @Test
  void cookiesAreThirtyTwoBitsInAnyBaseOfC() {
    refused("Incorrect cookie value.", "udevcomplete", "0");
    refused("Incorrect cookie value.", "udevcomplete", "zz");
    refused("Incorrect cookie value.", "udevcomplete", "");
    refused("Incorrect cookie value.", "udevcomplete", "0x10d4d1234");
    refused("Incorrect cookie value.", "udevcomplete", "--", "-5");
    refused("Incorrect cookie value.", "udevflags", "--", "-0xffffffff00000000");
    refused("Incorrect cookie value.", "udevflags", "0x1ffffffffffffffff");
    refused("Incorrect cookie value.", "udevreleasecookie", "08");
    assertEquals("DM_COOKIE_COMPLETED=0x10000     \n", Ran.dmsetup("udevcomplete", "65536").out());
    assertEquals(
        "DM_COOKIE_COMPLETED=0xd4d0000   \n", Ran.dmsetup("udevcomplete", "01523200000").out());
    assertEquals(
        "DM_UDEV_DISABLE_DM_RULES_FLAG='1'\n",
        Ran.dmsetup("udevflags", "--", "-0xfffffffffffeffff").out());
  }

  @Test
  void withoutUdevNothingIsMadeOrWaitedFor() {
    Map<String, String> withoutUdev = Map.of("DM_DISABLE_UDEV", "1");
    assertEquals("", run(withoutUdev, "udevcreatecookie").out());
    assertEquals(0, run(withoutUdev, "udevcreatecookie").status());
    assertEquals(0, run(withoutUdev, "udevreleasecookie", "12").status());
    assertEquals(
        new Ran(0, "DM_COOKIE_COMPLETED=0xd4d1234   \n", ""),
        run(Map.of(), "--noudevsync", "udevcomplete", "0xd4d1234"));
  }

  @Test
  void aCookieToReleaseComesFromTheOperandTheOptionOrTheEnvironment() {
    refused("No udev transaction cookie given.", "udevreleasecookie");
    assertEquals(
        0, run(Map.of(), "--noudevsync", "--udevcookie", "12", "udevreleasecookie").status());
    assertEquals(
        0, run(Map.of("DM_UDEV_COOKIE", "12"), "--noudevsync", "udevreleasecookie").status());
    assertEquals(
        "Incorrect cookie value.\nIncorrect cookie value.\nNo udev transaction cookie given.\n"
            + "Command failed.\n",
        run(Map.of("DM_UDEV_COOKIE", "zz"), "--udevcookie", "1x", "udevreleasecookie").err());
    refused(
        "Incorrect cookie value.\nNo udev transaction cookie given.",
        "--udevcookie",
        "12",
        "--udevcookie",
        "zz",
        "udevreleasecookie");
  }

  @Test
  void aCookieOfNoUseIsSaidAndDoesNotMatter() {
    Ran ran = run(Map.of("DM_UDEV_COOKIE", "zz"), "splitname", "a");
    assertEquals("Incorrect cookie value.\n", ran.err());
    assertEquals(0, ran.status());
    assertEquals("", run(Map.of("DM_UDEV_COOKIE", "zz"), "--version").err());
  }

  @Test
  void forceAndACookie() {
    Ran ran =
        run(
            Map.of("DM_DEV_DIR", devices.toString()),
            "--noudevsync",
            "--udevcookie",
            "5",
            "remove",
            "-f",
            "x");
    assertTrue(
        ran.err().startsWith("WARNING: Use of cookie and --force is not compatible.\n"), ran.err());
  }

  @Test
  void cookiesHaveAHeading() {
    assertTrue(
        Ran.dmsetup("udevcookies")
            .out()
            .startsWith(
                "Cookie       Semid      Value      Last semop time           Last change time\n"));
  }

  @Test
  void destroyingAsksFirst() {
    Ran ran = answered("");
    assertEquals(WARNING, ran.err());
    assertEquals(QUESTION + "\n" + NOT_DESTROYED, ran.out());
    assertEquals(0, ran.status());
    assertEquals(QUESTION + NOT_DESTROYED, answered("n\n").out());
    assertEquals(QUESTION + NOT_DESTROYED, answered("yN\n").out());
    assertEquals(QUESTION + QUESTION + NOT_DESTROYED, answered("what\nnever\n").out());
    assertEquals(QUESTION + "\n" + NOT_DESTROYED, answered("y").out());
    assertEquals(
        WARNING.replace("semaphores ", "semaphores older than -1 minutes "),
        Ran.dmsetup("udevcomplete_all", "99999999999999999999").err());
    refused("Failed to read age_in_minutes parameter.", "udevcomplete_all", "x5");
  }
}
