package org.jdmsetup.engine.lock;

/**
 * The order in which a thread takes the locks of the control plane: while it holds one, it takes
 * only those that come later here. Of one rank it holds one lock at a time. Requests are served
 * without any of them.
 */
public enum LockRank {
  /**
   * One a device: it is being suspended, resumed or removed. May be held for as long as a request
   * to what lies below takes; file systems are frozen and thawed with no other lock held, because
   * they write meanwhile.
   */
  LIFE,

  /** One a table: its targets handle a message, which may have them journalled. */
  MESSAGES,

  /** One an engine: a device goes below another, and no two tables may form a loop together. */
  STACKING,

  /** One an engine: numbers, nodes, and who has them open. */
  EXPOSURE,

  /**
   * One a device: its table slots and flags. Asking for a status needs no lock before this one, so
   * it works while a suspend waits.
   */
  DEVICE,

  /** One an engine: devices by name, uuid and number. */
  DEVICES,

  /** One a device: what its tables have open. */
  OPENED
}
