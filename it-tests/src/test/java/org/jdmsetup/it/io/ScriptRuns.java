package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Plays scripts in one world, each with a time limit, so that a request that is lost is a finding.
 */
final class ScriptRuns {
  /** What the only line of a script begins with that did not get to its end. */
  static final String FAILED = "!";

  private static final long LIMIT_SECONDS = 60;

  private final ScriptPlayer player;
  private boolean hung;

  ScriptRuns(ScriptPlayer player) {
    this.player = player;
  }

  /** Whether a script did not end: its thread still has the world, which is of no more use. */
  boolean hung() {
    return hung;
  }

  /** What came of a script's steps, or one line that says why that is not known. */
  List<String> play(IoScript script) {
    CompletableFuture<List<String>> outcome = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome.complete(player.play(script));
              } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
              }
            },
            "script");
    thread.setDaemon(true);
    thread.start();
    try {
      return outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      hung = true;
      return List.of(FAILED + " it did not end" + threads());
    } catch (ExecutionException e) {
      hung = true;
      return List.of(FAILED + " " + e.getCause() + " caused by " + e.getCause().getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where this process' threads are, as far as they are ours. */
  private static String threads() {
    List<String> found = new ArrayList<>();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      List<String> frames = new ArrayList<>();
      for (StackTraceElement frame : entry.getValue()) {
        if (frame.getClassName().startsWith("org.jdmsetup")) {
          frames.add(frame.toString());
        }
      }
      if (!frames.isEmpty()) {
        found.add("\n    " + entry.getKey().getName() + ": " + frames);
      }
    }
    return String.join("", found);
  }
}
