package org.jdmsetup.ioctl.udev;

import java.util.List;

/**
 * System V semaphore sets of one semaphore, as far as cookies need them: see semget(2), semop(2),
 * semctl(2). Every number returned is negative when the call failed: the error number, negated.
 */
interface Semaphores {
  /** A set that exists; times in seconds since 1970, 0 for never. */
  record Found(int key, int id, long lastOperation, long lastChange) {}

  /** Whether this kernel has semaphores. */
  boolean supported();

  /** Makes a set, mode 0600, which must not exist yet, and returns its id. */
  int create(int key);

  /** The id of an existing set. */
  int find(int key);

  int set(int id, int value);

  /** The semaphore's value, for those who may read it. */
  int value(int id);

  /** Adds to the value; what would make it negative fails with EAGAIN. */
  int add(int id, int difference);

  /** Waits until the value is 0; can end early with EINTR, and with EIDRM when the set goes. */
  int awaitZero(int id);

  int remove(int id);

  /** All sets, whoever owns them, in the kernel's order. */
  List<Found> all();
}
