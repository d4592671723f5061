package org.jdmsetup.ioctl.udev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.Test;

/** The life of a cookie, and what is said when it goes wrong. */
class UdevCookiesTest {
  private static final int COOKIE = 0x0d4d1234;

  private final MemorySemaphores semaphores = new MemorySemaphores();
  private final List<String> printed = new ArrayList<>();
  private final UdevCookies cookies = new UdevCookies(semaphores, printed::add);

  private interface Step {
    void run() throws DmException;
  }

  private void fails(Step step, String... lines) {
    assertThrows(DmException.class, step::run);
    assertEquals(List.of(lines), printed);
    printed.clear();
  }

  private void existing(int cookie, int value) {
    semaphores.set(semaphores.create(cookie), value);
  }

  @Test
  void madeUsedCompletedAndGone() throws Exception {
    int cookie = cookies.create();
    assertEquals(UdevCookies.PREFIX, cookie >>> 16);
    assertNotEquals(0, UdevCookies.base(cookie));
    assertEquals(1, semaphores.values.get(cookie));

    cookies.addStep(cookie);
    assertEquals(2, semaphores.values.get(cookie));
    cookies.completeStep(UdevCookies.ofBase(UdevCookies.base(cookie)));
    assertEquals(1, semaphores.values.get(cookie));

    cookies.await(cookie);
    assertEquals(List.of(), semaphores.all());
    assertEquals(List.of(), printed);
  }

  @Test
  void aKeyThatIsTakenIsNotUsed() throws Exception {
    semaphores.failing("create", Errno.EEXIST, Errno.EEXIST);
    assertEquals(1, semaphores.values.get(cookies.create()));
  }

  @Test
  void noRoomForACookie() {
    semaphores.failing("create", Errno.ENOSPC, Errno.ENOMEM, Errno.EIO);
    fails(
        cookies::create,
        "Limit for the maximum number of semaphores reached. "
            + "You can check and set the limits in /proc/sys/kernel/sem.");
    fails(cookies::create, "Not enough memory to create notification semaphore");
    fails(cookies::create, "Failed to create notification semaphore: Input/output error");
  }

  @Test
  void aCookieThatCannotBeSetIsNotLeft() {
    semaphores.failing("set", Errno.EIO);
    fails(cookies::create, "semid 0: semctl failed: Input/output error");
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void cookiesThatAreNone() {
    fails(
        () -> cookies.await(0x123),
        "Could not continue to access notification semaphore identified by cookie value 291"
            + " (0x123). Incorrect cookie prefix.");
    fails(
        () -> cookies.completeStep(COOKIE),
        "Could not find notification semaphore identified by cookie value 223154740 (0xd4d1234)");
    semaphores.failing("find", Errno.EACCES, Errno.EIO);
    fails(
        () -> cookies.addStep(COOKIE),
        "No permission to access notificaton semaphore identified by cookie value 223154740"
            + " (0xd4d1234)");
    fails(
        () -> cookies.addStep(COOKIE),
        "Failed to access notification semaphore identified by cookie value 223154740"
            + " (0xd4d1234): Input/output error");
  }

  @Test
  void completedTooOften() throws Exception {
    existing(COOKIE, 1);
    cookies.completeStep(COOKIE);
    fails(
        () -> cookies.completeStep(COOKIE),
        "semid 0: semop failed for cookie 0xd4d1234: incorrect semaphore state",
        "Could not signal waiting process using notification semaphore identified by cookie value"
            + " 223154740 (0xd4d1234)");
    fails(
        () -> cookies.await(COOKIE),
        "semid 0: semop failed for cookie 0xd4d1234: incorrect semaphore state",
        "Failed to set a proper state for notification semaphore identified by cookie value"
            + " 223154740 (0xd4d1234) to initialize waiting for incoming notifications.");
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void tooManySteps() {
    existing(COOKIE, 1);
    semaphores.failing("add", Errno.ERANGE);
    fails(
        () -> cookies.addStep(COOKIE),
        "semid 0: semop failed for cookie 0xd4d1234: Numerical result out of range",
        "Could not set notification semaphore identified by cookie value 223154740 (0xd4d1234)");
  }

  @Test
  void signalsDoNotEndTheWaiting() throws Exception {
    existing(COOKIE, 1);
    semaphores.failing("awaitZero", Errno.EINTR, Errno.EINTR);
    cookies.await(COOKIE);
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void somebodyDestroysWhatIsWaitedFor() throws Exception {
    existing(COOKIE, 2);
    semaphores.failing("awaitZero", Errno.EIDRM);
    cookies.await(COOKIE);
    assertEquals(List.of(), printed);
  }

  @Test
  void waitingThatFailsLeavesNoCookie() {
    existing(COOKIE, 2);
    semaphores.failing("awaitZero", Errno.EACCES);
    fails(
        () -> cookies.await(COOKIE),
        "Could not set wait state for notification semaphore identified by cookie value 223154740"
            + " (0xd4d1234): Permission denied");
    assertEquals(List.of(), semaphores.all());
  }

  @Test
  void whatCannotBeTakenAway() {
    existing(COOKIE, 1);
    semaphores.failing("remove", Errno.EPERM);
    fails(
        () -> cookies.await(COOKIE),
        "Could not cleanup notification semaphore identified by cookie value 223154740"
            + " (0xd4d1234): Operation not permitted");
  }

  @Test
  void onlyCookiesAreListed() {
    existing(0x0d4d0001, 3);
    existing(0x0d4c0002, 1);
    existing(0x0d4dffff, 0);
    assertEquals(
        List.of(new UdevCookie(0x0d4d0001, 0, 3, 0, 0), new UdevCookie(0x0d4dffff, 2, 0, 0, 0)),
        cookies.all());
  }

  @Test
  void whatOneMayNotReadIsNotListed() {
    existing(COOKIE, 1);
    semaphores.failing("value", Errno.EACCES);
    assertEquals(List.of(), cookies.all());
  }

  @Test
  void oldOnesAreDestroyed() {
    existing(0x0d4d0001, 1);
    existing(0x0d4d0002, 1);
    existing(0x0d4d0003, 1);
    semaphores.lastChange.put(0x0d4d0001, 1000L);
    semaphores.lastChange.put(0x0d4d0002, 1001L);
    semaphores.lastChange.put(0x0d4d0003, 1000L);
    semaphores.lastOperation.put(0x0d4d0003, 1059L);

    assertEquals(new UdevCookies.Cleared(1, 2), cookies.destroyAll(1, 1060));
    assertEquals(List.of(0x0d4d0002, 0x0d4d0003), List.copyOf(semaphores.values.keySet()));

    semaphores.failing("remove", Errno.EPERM);
    assertEquals(new UdevCookies.Cleared(1, 0), cookies.destroyAll(0, 1060));
    assertEquals(
        List.of(
            "Could not cleanup notification semaphore with semid 1 and cookie value 223150082"
                + " (0xd4d0002)."),
        printed);
  }

  @Test
  void secondsAreCountedIn32Bits() {
    existing(COOKIE, 1);
    semaphores.lastChange.put(COOKIE, 1000L);
    assertEquals(new UdevCookies.Cleared(0, 1), cookies.destroyAll(-1, 1000));
    assertEquals(new UdevCookies.Cleared(1, 0), cookies.destroyAll(1 << 30, 1000));
  }

  /** The same with the kernel's semaphores. */
  @Test
  void realSemaphores() throws Exception {
    UdevCookies real = UdevCookies.ofSystem(printed::add);
    assertTrue(new SystemSemaphores().supported());
    int cookie = real.create();
    try {
      real.addStep(cookie);
      UdevCookie listed =
          real.all().stream().filter(each -> each.cookie() == cookie).findAny().orElseThrow();
      assertEquals(2, listed.value());
      assertTrue(listed.lastOperation() >= listed.lastChange());

      Thread udev =
          new Thread(
              () -> {
                try {
                  real.completeStep(cookie);
                } catch (DmException e) {
                  throw new IllegalStateException(e);
                }
              });
      udev.start();
      real.await(cookie);
      udev.join();
      assertTrue(real.all().stream().noneMatch(each -> each.cookie() == cookie));
      fails(
          () -> real.await(cookie),
          "Could not find notification semaphore identified by cookie value "
              + cookie
              + " (0x"
              + Integer.toHexString(cookie)
              + ")");
    } finally {
      real.discard(cookie);
    }
  }

  @Test
  void timesAreThoseOfC() {
    String text = UdevCookie.timeText(86_400);
    assertTrue(text.matches("(Thu|Fri|Sat) Jan  [123] \\d\\d:\\d\\d:\\d\\d 1970"), text);
    assertEquals("99999999999999999", UdevCookie.timeText(99999999999999999L));
  }
}
