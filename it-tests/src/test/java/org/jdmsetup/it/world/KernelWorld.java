package org.jdmsetup.it.world;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdmsetup.testing.Programs;

/**
 * The real kernel, booted once for the suite: all that the tests want done in it is done in one go,
 * and the tests look at what came of it. A guest has one processor, so two of them share the work.
 */
public final class KernelWorld {
  /** The scripts that each guest runs after its share of the cases. */
  private static final List<List<String>> SCRIPTS =
      List.of(
          List.of("tutorial", "launcher", "interrupt", "cuse"),
          List.of("finished", "udev", "choice"));

  private static KernelWorld world;

  private final List<KernelGuest> guests;
  private final Recording recording = new Recording();

  private KernelWorld(List<KernelGuest> guests) {
    this.guests = guests;
    guests.forEach(guest -> recording.addAll(guest.recording()));
  }

  /** The world, booted by the first who asks. */
  public static synchronized KernelWorld get() {
    Requirement.kernel();
    if (world == null) {
      world = new KernelWorld(run());
    }
    return world;
  }

  private static List<KernelGuest> run() {
    List<Callable<KernelGuest>> tasks = new ArrayList<>();
    for (List<String> scripts : SCRIPTS) {
      Share share = new Share(tasks.size() + 1, SCRIPTS.size());
      tasks.add(() -> KernelGuest.run(share, scripts));
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<KernelGuest> guests = new ArrayList<>();
      for (Future<KernelGuest> guest : threads.invokeAll(tasks)) {
        guests.add(guest.get());
      }
      return guests;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a guest cannot be run", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      threads.shutdown();
    }
  }

  /** What the cases did. */
  public Recording recording() {
    return recording;
  }

  /** What the cases did, in this run or, where that is enough, in the last one that booted. */
  public static Recording cases() throws IOException {
    if (!Boolean.getBoolean("it.kernel.recorded")) {
      return get().recording();
    }
    Recording kept = new Recording();
    for (int number = 1; number <= SCRIPTS.size(); number++) {
      kept.addAll(Recording.read(KernelGuest.kept(new Share(number, SCRIPTS.size()))));
    }
    return kept;
  }

  /** What a script of {@link #SCRIPTS} did. */
  public Programs.Result script(String name) {
    return guests.stream()
        .filter(guest -> guest.scripts().containsKey(name))
        .findAny()
        .orElseThrow()
        .scripts()
        .get(name);
  }

  /** Why there are no results, where there should be: for a test's message. */
  public String explanation() {
    return guests.stream().map(KernelGuest::explanation).collect(joining("\n"));
  }
}
