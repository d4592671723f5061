package org.jdmsetup.ioctl.udev;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.tables.Errno;

/**
 * Cookies: how a command learns that udev has done its part. A cookie is a System V semaphore, and
 * is named by its key: {@link #PREFIX} in the upper half and a random number in the lower. (The
 * cookie of an event is another number: {@link EventCookie}.) The semaphore's value begins at 1.
 * Each task adds 1 and sends the lower half of the key with its request, and udev's rules take 1
 * away when they are done with it ({@code dmsetup udevcomplete}). Whoever waits for the cookie
 * takes the first 1 away and waits until the value is 0. Failures are reported in libdevmapper's
 * words.
 */
public final class UdevCookies {
  /** The upper half of every cookie. */
  public static final int PREFIX = 0x0D4D;

  private static final int SECONDS_PER_MINUTE = 60;

  private final Semaphores semaphores;
  private final Consumer<String> messages;
  private final DmExceptions errors;

  /**
   * What became of the cookies that were there.
   *
   * @param destroyed how many are gone
   * @param skipped how many are too young
   */
  public record Cleared(int destroyed, int skipped) {}

  UdevCookies(Semaphores semaphores, Consumer<String> messages) {
    this.semaphores = semaphores;
    this.messages = messages;
    this.errors = new DmExceptions(messages);
  }

  /** The cookies of this system (of its IPC namespace). */
  public static UdevCookies ofSystem(Consumer<String> messages) {
    return new UdevCookies(new SystemSemaphores(), messages);
  }

  /** The cookie with this lower half; the upper half of the number given does not count. */
  public static int ofBase(int base) {
    return PREFIX << EventCookie.HALF_BITS | base(base);
  }

  /** What a request carries of a cookie: its lower half. */
  public static int base(int cookie) {
    return EventCookie.base(cookie);
  }

  private static int prefix(int key) {
    return key >>> EventCookie.HALF_BITS;
  }

  /** Makes a cookie at 1. */
  public int create() throws DmException {
    while (true) {
      int cookie = ofBase(1 + ThreadLocalRandom.current().nextInt(EventCookie.LOWER_HALF));
      int id = semaphores.create(cookie);
      if (id == -Errno.EEXIST.number()) {
        continue;
      }
      if (id < 0) {
        throw errors.report(-id, notCreated(-id));
      }
      int set = semaphores.set(id, 1);
      if (set < 0) {
        String line = "semid " + id + ": semctl failed: " + Errno.text(-set);
        semaphores.remove(id);
        throw errors.report(-set, line);
      }
      return cookie;
    }
  }

  private static String notCreated(int errno) {
    if (errno == Errno.ENOMEM.number()) {
      return "Not enough memory to create notification semaphore";
    }
    if (errno == Errno.ENOSPC.number()) {
      return "Limit for the maximum number of semaphores reached. "
          + "You can check and set the limits in /proc/sys/kernel/sem.";
    }
    return "Failed to create notification semaphore: " + Errno.text(errno);
  }

  /** Adds a step that has to be completed. */
  public void addStep(int cookie) throws DmException {
    int id = find(cookie);
    int added = semaphores.add(id, 1);
    if (added < 0) {
      throw errors.report(
          -added,
          List.of(
              operationFailed(id, cookie, -added), "Could not set notification " + named(cookie)));
    }
  }

  /** Completes a step. */
  public void completeStep(int cookie) throws DmException {
    int id = find(cookie);
    int taken = semaphores.add(id, -1);
    if (taken < 0) {
      throw errors.report(
          -taken,
          List.of(
              operationFailed(id, cookie, -taken),
              "Could not signal waiting process using notification " + named(cookie)));
    }
  }

  /** Waits until every step is completed, and takes the cookie away, also after a failure. */
  public void await(int cookie) throws DmException {
    int id = find(cookie);
    int taken = semaphores.add(id, -1);
    if (taken < 0) {
      DmException failure =
          errors.report(
              -taken,
              List.of(
                  operationFailed(id, cookie, -taken),
                  "Failed to set a proper state for notification "
                      + named(cookie)
                      + " to initialize waiting for incoming notifications."));
      destroy(cookie, id);
      throw failure;
    }
    int waited = semaphores.awaitZero(id);
    while (waited == -Errno.EINTR.number()) {
      waited = semaphores.awaitZero(id);
    }
    if (waited == -Errno.EIDRM.number()) {
      return;
    }
    if (waited < 0) {
      DmException failure =
          errors.report(
              -waited,
              "Could not set wait state for notification "
                  + named(cookie)
                  + ": "
                  + Errno.text(-waited));
      destroy(cookie, id);
      throw failure;
    }
    destroy(cookie, id);
  }

  /** Takes a cookie away for which nobody waits. */
  public void discard(int cookie) {
    int id = semaphores.find(cookie);
    if (id >= 0) {
      semaphores.remove(id);
    }
  }

  private void destroy(int cookie, int id) throws DmException {
    int removed = semaphores.remove(id);
    if (removed < 0) {
      throw errors.report(
          -removed,
          "Could not cleanup notification " + named(cookie) + ": " + Errno.text(-removed));
    }
  }

  private int find(int cookie) throws DmException {
    if (prefix(cookie) != PREFIX) {
      throw errors.report(
          Errno.EINVAL.number(),
          "Could not continue to access notification "
              + named(cookie)
              + ". Incorrect cookie prefix.");
    }
    int id = semaphores.find(cookie);
    if (id == -Errno.ENOENT.number()) {
      throw errors.report(-id, "Could not find notification " + named(cookie));
    }
    if (id == -Errno.EACCES.number()) {
      // the misspelling is the C tool's
      throw errors.report(-id, "No permission to access notificaton " + named(cookie));
    }
    if (id < 0) {
      throw errors.report(
          -id, "Failed to access notification " + named(cookie) + ": " + Errno.text(-id));
    }
    return id;
  }

  private static String operationFailed(int id, int cookie, int errno) {
    String why = errno == Errno.EAGAIN.number() ? "incorrect semaphore state" : Errno.text(errno);
    return "semid " + id + ": semop failed for cookie " + hex(cookie) + ": " + why;
  }

  private static String named(int cookie) {
    return "semaphore identified by cookie value " + number(cookie);
  }

  private static String number(int cookie) {
    return Integer.toUnsignedString(cookie) + " (" + hex(cookie) + ")";
  }

  private static String hex(int cookie) {
    return "0x" + Integer.toHexString(cookie);
  }

  /** All cookies that this user may read, in the kernel's order. */
  public List<UdevCookie> all() {
    List<UdevCookie> cookies = new ArrayList<>();
    for (Semaphores.Found found : semaphores.all()) {
      if (prefix(found.key()) == PREFIX) {
        int value = semaphores.value(found.id());
        if (value >= 0) {
          cookies.add(
              new UdevCookie(
                  found.key(), found.id(), value, found.lastOperation(), found.lastChange()));
        }
      }
    }
    return cookies;
  }

  /**
   * Destroys all cookies in which nothing has happened for a time; whoever waits for them goes on.
   *
   * @param minutes unsigned; 0 for all. As in the C tool, seconds are counted in 32 bits.
   * @param now seconds since 1970
   */
  public Cleared destroyAll(int minutes, long now) {
    long age = Integer.toUnsignedLong(minutes * SECONDS_PER_MINUTE);
    int destroyed = 0;
    int skipped = 0;
    for (UdevCookie cookie : all()) {
      if (now - cookie.lastChange() < age || now - cookie.lastOperation() < age) {
        skipped++;
      } else if (semaphores.remove(cookie.id()) < 0) {
        messages.accept(
            "Could not cleanup notification semaphore with semid "
                + cookie.id()
                + " and cookie value "
                + number(cookie.cookie())
                + ".");
      } else {
        destroyed++;
      }
    }
    return new Cleared(destroyed, skipped);
  }
}
