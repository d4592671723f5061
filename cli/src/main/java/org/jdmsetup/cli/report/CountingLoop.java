package org.jdmsetup.cli.report;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Repeats a command as {@code --count} and {@code --interval} say: a round starts every so many
 * seconds, however long the rounds take, until all are done or one fails.
 */
public final class CountingLoop {

  /** Tells the time and waits. */
  public interface Clock {
    /** The clock of the machine. */
    Clock SYSTEM = new SystemClock();

    /** One on which no time passes, for rounds that follow each other at once. */
    Clock STANDING = new StandingClock();

    /** Nanoseconds since some moment. */
    long nanos();

    /** Returns after so many nanoseconds, or at once if the thread is interrupted. */
    void sleep(long nanos);
  }

  private static final class SystemClock implements Clock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void sleep(long nanos) {
      try {
        TimeUnit.NANOSECONDS.sleep(nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class StandingClock implements Clock {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void sleep(long nanos) {}
  }

  /** One round. */
  public interface Round {

    /**
     * Runs.
     *
     * @param again whether another round follows, so that this one ends with what separates them
     * @return false if it failed, which ends the loop
     */
    boolean run(boolean again);
  }

  private final long rounds;
  private final long interval;
  private final Clock clock;
  private final Consumer<String> messages;

  /**
   * @param count {@code --count}; negative if not given, 0 for an endless loop
   * @param seconds {@code --interval}; 0 if not given, which makes the loop endless if there is no
   *     count either
   * @param messages receives a warning when rounds take longer than the interval
   */
  public CountingLoop(int count, int seconds, Clock clock, Consumer<String> messages) {
    rounds = count >= 0 ? count : seconds > 0 ? 0 : 1;
    interval = TimeUnit.SECONDS.toNanos(Math.max(1, seconds));
    this.clock = clock;
    this.messages = messages;
  }

  /** Whether a run with this {@code -o} list (or null) may be repeated: not if it asks for help. */
  public static boolean isRepeated(String fields) {
    return fields == null || !fields.contains("help");
  }

  /** Whether all rounds were good. */
  public boolean run(Round round) {
    long next = clock.nanos() + interval;
    for (long done = 1; ; done++) {
      boolean again = rounds == 0 || done < rounds;
      if (!round.run(again)) {
        return false;
      }
      if (!again) {
        return true;
      }
      next = await(next);
    }
  }

  /** Waits for a time; returns the next one, which follows all that have passed by now. */
  private long await(long next) {
    long left = next - clock.nanos();
    if (left > 0) {
      clock.sleep(left);
      return next + interval;
    }
    long missed = -left / interval;
    if (missed > 0) {
      messages.accept("WARNING: Try increasing --interval (" + missed + " missed timer events).");
    }
    return next + (missed + 1) * interval;
  }
}
