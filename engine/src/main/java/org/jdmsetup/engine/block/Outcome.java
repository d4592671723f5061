package org.jdmsetup.engine.block;

import org.jdmsetup.tables.Errno;

/**
 * How a request ended: it is done, it failed with an error number, or it is to be requeued. There
 * is one object for each, so that to name an outcome takes no memory and two can be compared by
 * {@code ==}.
 */
public final class Outcome {
  /** All that was asked for has been done. */
  public static final Outcome DONE = new Outcome(0);

  /**
   * A target cannot serve the request now. During a noflush suspend the mapped device requeues it
   * as it was submitted, for the table that is resumed; at any other time it fails with EIO. Never
   * seen above the mapped device.
   */
  public static final Outcome REQUEUE = new Outcome(-1);

  /** No error number that reaches programs is larger. */
  private static final int MAX_ERRNO = 133;

  private static final Outcome[] BY_NUMBER = new Outcome[MAX_ERRNO + 1];

  static {
    BY_NUMBER[0] = DONE;
    for (int i = 1; i <= MAX_ERRNO; i++) {
      BY_NUMBER[i] = new Outcome(i);
    }
  }

  /** {@link #failed} with EIO, as most failures are. */
  public static final Outcome EIO = failed(Errno.EIO);

  private final int number;

  private Outcome(int number) {
    this.number = number;
  }

  /** A failure. */
  public static Outcome failed(Errno errno) {
    return BY_NUMBER[errno.number()];
  }

  /**
   * The outcome of a system call.
   *
   * @param number 0, or a positive error number; one that errno(3) does not know counts as EIO
   */
  public static Outcome of(int number) {
    return number <= MAX_ERRNO ? BY_NUMBER[number] : EIO;
  }

  /** Whether all has been done. */
  public boolean isDone() {
    return this == DONE;
  }

  /** Whether the request failed with an error number. */
  public boolean isFailure() {
    return number > 0;
  }

  /** Whether it failed with this error number. */
  public boolean is(Errno errno) {
    return number == errno.number();
  }

  /** The error number of a failure, positive; 0 if all has been done; -1 of {@link #REQUEUE}. */
  public int number() {
    return number;
  }

  /** What the C library calls the error number. */
  @Override
  public String toString() {
    return this == REQUEUE ? "requeue" : Errno.text(number);
  }
}
