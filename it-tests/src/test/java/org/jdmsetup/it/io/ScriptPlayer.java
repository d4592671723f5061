package org.jdmsetup.it.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Plays scripts in a world, one after another, and tells what came of each step: a line a step, in
 * which nothing depends on the world's own numbers.
 */
final class ScriptPlayer {
  private final ScriptDisks disks;
  private final ScriptDevices devices;
  private final ScriptControl control;
  private final ScriptRequests requests;

  ScriptPlayer(IoWorld world) {
    disks = new ScriptDisks(world);
    devices = new ScriptDevices(world);
    control = new ScriptControl(world, devices);
    requests = new ScriptRequests(devices);
  }

  /** How many requests have been made so far. */
  long requests() {
    return requests.count();
  }

  /** Plays a script from a clean state, and leaves one. */
  List<String> play(IoScript script) {
    List<String> lines = new ArrayList<>();
    try {
      for (IoScript.Disk disk : script.disks()) {
        disks.fill(disk);
      }
      for (IoStep step : script.steps()) {
        lines.add(step + " -> " + outcome(step));
      }
      cleanUp();
      for (IoScript.Disk disk : script.disks()) {
        if (disk.compared()) {
          lines.add("disk " + disk.letter() + " -> " + disks.contents(disk));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(script.id(), e);
    }
  }

  private String outcome(IoStep step) throws IOException {
    if (step instanceof IoStep.Create create) {
      return control.create(create);
    } else if (step instanceof IoStep.Load load) {
      return control.load(load.device(), load.table(), false);
    } else if (step instanceof IoStep.Suspend suspend) {
      return control.suspend(suspend.device(), suspend.noflush());
    } else if (step instanceof IoStep.Resume resume) {
      return control.resume(resume.device());
    } else if (step instanceof IoStep.Remove remove) {
      return control.remove(remove.device());
    } else if (step instanceof IoStep.Message message) {
      return control.message(message);
    } else if (step instanceof IoStep.Status status) {
      return control.status(status.device());
    } else if (step instanceof IoStep.Await await) {
      return control.await(await);
    } else if (step instanceof IoStep.Io io) {
      return devices.wouldWait(io.device()) ? "not done: it would wait" : requests.io(io);
    } else if (step instanceof IoStep.Parallel parallel) {
      return parallel(parallel);
    } else if (step instanceof IoStep.Swap swap) {
      return swap(swap);
    } else if (step instanceof IoStep.Contents contents) {
      return devices.wouldWait(contents.device())
          ? "not done: it would wait"
          : requests.contents(contents.device());
    } else if (step instanceof IoStep.Pause pause) {
      LockSupport.parkNanos(pause.millis() * 1_000_000L);
      return "";
    }
    throw new IllegalArgumentException(step.toString());
  }

  private String parallel(IoStep.Parallel step) throws IOException {
    for (List<IoStep.Io> thread : step.threads()) {
      for (IoStep.Io io : thread) {
        if (devices.wouldWait(io.device())) {
          return "not done: it would wait";
        }
        devices.open(io.device());
      }
    }
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (List<IoStep.Io> thread : step.threads()) {
      outcomes.add(requests.start(thread));
    }
    return ScriptRequests.joined(outcomes);
  }

  private String swap(IoStep.Swap step) throws IOException {
    if (devices.find(step.device()) == null) {
      return "no such device";
    }
    devices.open(step.device());
    String outcome = "suspend " + control.suspend(step.device(), step.noflush());
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (IoStep.Io io : step.queued()) {
      // One beyond the device's end is left out: when it comes decides which table refuses it.
      if (io.sector() + io.sectors() <= devices.find(step.device()).sectors) {
        outcomes.add(requests.start(List.of(io)));
      }
    }
    if (!step.table().isEmpty()) {
      outcome += " load " + control.load(step.device(), step.table(), false);
    }
    String resumed = control.resume(step.device());
    outcome += " resume " + resumed;
    if (devices.wouldWait(step.device()) && !resumed.equals("0")) {
      // with the old table: the requests that were queued would wait for ever
      control.resume(step.device());
    }
    return outcome + " " + ScriptRequests.joined(outcomes);
  }

  private void cleanUp() throws IOException {
    for (String device : devices.lastFirst()) {
      String errno = control.remove(device);
      if (!errno.equals("0")) {
        throw new IOException(device + " cannot be removed: " + errno);
      }
    }
  }
}
