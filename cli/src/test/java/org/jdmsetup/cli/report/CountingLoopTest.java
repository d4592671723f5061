package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When the rounds of --count and --interval start, by a clock of the test. */
class CountingLoopTest {
  private final List<String> messages = new ArrayList<>();
  private final List<Long> starts = new ArrayList<>();

  /** Time passes while it is waited and while rounds run, and never else. */
  private final class TestClock implements CountingLoop.Clock {
    private long now = TimeUnit.SECONDS.toNanos(1000);

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleep(long nanos) {
      now += nanos;
    }
  }

  private final TestClock clock = new TestClock();

  private boolean run(int count, int interval, int limit, long roundMillis) {
    long first = clock.now;
    return new CountingLoop(count, interval, clock, messages::add)
        .run(
            again -> {
              starts.add(TimeUnit.NANOSECONDS.toMillis(clock.now - first));
              clock.now += TimeUnit.MILLISECONDS.toNanos(roundMillis);
              return starts.size() < limit;
            });
  }

  @Test
  void runsOnceUnlessToldOtherwise() {
    assertTrue(run(-1, 0, 100, 0));
    assertEquals(List.of(0L), starts);
  }

  @Test
  void roundsStartAtTheIntervalHoweverLongTheyTake() {
    assertTrue(run(3, 2, 100, 700));
    assertEquals(List.of(0L, 2000L, 4000L), starts);
  }

  @Test
  void anIntervalAloneGoesOnUntilARoundFails() {
    assertFalse(run(-1, 1, 5, 0));
    assertEquals(5, starts.size());
  }

  @Test
  void missedRoundsAreNotMadeUpFor() {
    assertTrue(run(3, 1, 100, 2500));
    assertEquals(List.of(0L, 2500L, 5000L), starts);
    assertEquals("WARNING: Try increasing --interval (1 missed timer events).", messages.get(0));
  }

  @Test
  void aListThatAsksForHelpIsNotRepeated() {
    assertTrue(CountingLoop.isRepeated(null));
    assertTrue(CountingLoop.isRepeated("name,HELP"));
    assertFalse(CountingLoop.isRepeated("name,help"));
  }
}
