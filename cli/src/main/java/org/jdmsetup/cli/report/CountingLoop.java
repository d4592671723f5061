package org.jdmsetup.cli.report;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Repeats a command as {@code --count} and {@code --interval} say: a round starts every so many
 * seconds, however long the rounds take, until all are done or one fails.
 */
public final class CountingLoop {

  /** Waits. */
  @FunctionalInterface
  public interface Sleeper {

    /** Returns after so many nanoseconds, or at once when the run is to end. */
    void sleep(long nanos);
  }

  /** One round. */
  @FunctionalInterface
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
  private final LongSupplier clock;
  private final Sleeper sleeper;
  private final Consumer<String> messages;

  /**
   * @param count {@code --count}; negative if not given, 0 for an endless loop
   * @param seconds {@code --interval}; 0 if not given, which makes the loop endless if there is no
   *     count either
   * @param clock nanoseconds, like {@link System#nanoTime}
   * @param messages receives a warning when rounds take longer than the interval
   */
  public CountingLoop(
      int count, int seconds, LongSupplier clock, Sleeper sleeper, Consumer<String> messages) {
    rounds = count >= 0 ? count : seconds > 0 ? 0 : 1;
    interval = TimeUnit.SECONDS.toNanos(Math.max(1, seconds));
    this.clock = clock;
    this.sleeper = sleeper;
    this.messages = messages;
  }

  /** The rounds that an {@code -o} list leaves: a list that holds {@code help} is not repeated. */
  public static boolean isRepeated(String fields) {
    return fields == null || !fields.contains("help");
  }

  /** Whether all rounds were good. */
  public boolean run(Round round) {
    long next = clock.getAsLong() + interval;
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
    long left = next - clock.getAsLong();
    if (left > 0) {
      sleeper.sleep(left);
      return next + interval;
    }
    long missed = -left / interval;
    if (missed > 0) {
      messages.accept("WARNING: Try increasing --interval (" + missed + " missed timer events).");
    }
    return next + (missed + 1) * interval;
  }
}
