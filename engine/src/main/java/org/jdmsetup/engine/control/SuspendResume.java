package org.jdmsetup.engine.control;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends and resumes devices and swaps their tables, step by step as the kernel does ({@code
 * dm_suspend}, {@code do_resume}, {@code dm_swap_table}, {@code dm_resume}). The file system on the
 * device's node is frozen before requests are held back, and thawed after they pass again, because
 * it writes in both.
 *
 * <p>Safe to use from any thread: each operation holds the device's {@link MappedDevice#lifeLock}.
 */
final class SuspendResume {
  private static final Logger LOG = LoggerFactory.getLogger(SuspendResume.class);

  private final Engine engine;

  SuspendResume(Engine engine) {
    this.engine = engine;
  }

  /** Suspends; nothing to do when that is so already. */
  void suspend(MappedDevice device, SuspendOptions options, Caller caller) throws Refusal {
    device.lifeLock.lock();
    try {
      Journalling.checkPresent(device);
      if (device.suspended()) {
        return;
      }
      holdBack(device, options, caller);
      try {
        save(device, true);
      } catch (Refusal e) {
        letGo(device);
        throw e;
      }
    } finally {
      device.lifeLock.unlock();
    }
  }

  /** Makes a loaded table live and lets requests pass; undoes a suspend. */
  void resume(MappedDevice device, SuspendOptions options, Caller caller) throws Refusal {
    device.lifeLock.lock();
    try {
      Journalling.checkPresent(device);
      engine.retryLost(device);
      Table loaded;
      device.stateLock.lock();
      try {
        loaded = device.inactive;
      } finally {
        device.stateLock.unlock();
      }
      if (loaded == null && !device.suspended()) {
        return;
      }
      if (loaded == null && device.live() == null) {
        throw new Refusal(
            Errno.EINVAL,
            device.description()
                + " is suspended and has no table to resume with, load one first"
                + (device.lost == null ? "" : ": " + device.lost.reason()));
      }
      Table before = device.live();
      if (loaded != null) {
        swap(device, options, caller);
      }
      boolean swapped = device.live() != before;
      try {
        if (!swapped) {
          save(device, false); // a swap has been journalled already
        }
        start(device);
      } finally {
        if (swapped && before != null) {
          before.destroy();
        }
      }
      engine.exposed.show(device); // also what an earlier resume did not come to
    } finally {
      device.lifeLock.unlock();
    }
  }

  /** Journals a device that stays suspended, or is about to go on. */
  private void save(MappedDevice device, boolean suspended) throws Refusal {
    device.stateLock.lock();
    try {
      boolean before = device.staysSuspended;
      device.staysSuspended = suspended;
      try {
        engine.journalling.save(device);
      } catch (Refusal e) {
        device.staysSuspended = before;
        throw e;
      }
    } finally {
      device.stateLock.unlock();
    }
  }

  /** Journals a device that stays suspended as it could not be resumed, which is told already. */
  private void stay(MappedDevice device) {
    try {
      save(device, true);
    } catch (Refusal e) {
      LOG.warn("a restart may resume it: {}", e.getMessage());
    }
  }

  /** Holds new requests back and waits for those under way. */
  private void holdBack(MappedDevice device, SuspendOptions options, Caller caller) throws Refusal {
    Table table = device.live();
    device.gate.keepReturned(options.noflush());
    try {
      forEach(table, Target::presuspend);
    } catch (Throwable thrown) {
      device.gate.keepReturned(false);
      forEachWhatever(table, Target::presuspendUndo);
      throw thrown;
    }
    if (options.lockfs() && table != null) {
      try {
        device.frozen = engine.exposed.freeze(device);
      } catch (Throwable e) {
        device.gate.keepReturned(false);
        forEachWhatever(table, Target::presuspendUndo);
        throw e;
      }
    }
    holdsBack(device, true);
    device.gate.close(caller::wake);
    boolean drained = false;
    try {
      drained = caller.await(device.gate::isDrained);
    } catch (Throwable thrown) {
      Faults.tell("waiting for requests", thrown); // the device must not stay closed
    }
    device.gate.keepReturned(false);
    if (!drained) {
      device.resubmit(device.gate.open());
      holdsBack(device, false);
      thaw(device);
      forEachWhatever(table, Target::presuspendUndo);
      throw new Refusal(
          Errno.EINTR,
          "the caller went away while requests to " + device.name() + " were under way");
    }
    device.suspended(true);
    forEachWhatever(table, Target::postsuspend);
  }

  private interface Hook {
    void on(Target target);
  }

  private static void forEach(Table table, Hook hook) {
    if (table != null) {
      for (int i = 0; i < table.size(); i++) {
        hook.on(table.target(i));
      }
    }
  }

  /**
   * As {@link #forEach} where there is no way back: a target that throws does not stop the rest.
   */
  private static void forEachWhatever(Table table, Hook hook) {
    forEach(
        table,
        target -> {
          try {
            hook.on(target);
          } catch (Throwable thrown) {
            Faults.tell("suspending or resuming a target", thrown);
          }
        });
  }

  /**
   * Puts the loaded table into the active slot of a device that is suspended for it if need be.
   * That may last, and another table may be loaded meanwhile, or none be there any more: then the
   * device goes on with what it has.
   */
  private void swap(MappedDevice device, SuspendOptions options, Caller caller) throws Refusal {
    boolean running = !device.suspended();
    if (running) {
      holdBack(device, options, caller);
    }
    Table unfit;
    Refusal refusal = null;
    Refusal unsaved = null;
    device.stateLock.lock();
    try {
      unfit = device.inactive;
      try {
        refusal = unfit == null ? null : swap(device, unfit);
      } catch (Refusal e) {
        unsaved = e;
      }
      if (refusal != null) {
        device.inactive = null;
      }
    } finally {
      device.stateLock.unlock();
    }
    if (unsaved != null) {
      if (running) {
        letGo(device); // with the table that it has
      }
      throw unsaved;
    }
    if (refusal != null) {
      unfit.destroy();
      stay(device);
      throw new Refusal(refusal.errno(), refusal.getMessage() + "; the device stays suspended");
    }
  }

  /**
   * Makes a loaded table live; the caller holds the device's state lock.
   *
   * @return null, or why it cannot be live
   * @throws Refusal when it cannot be journalled; nothing has changed then
   */
  private Refusal swap(MappedDevice device, Table loaded) throws Refusal {
    assert device.stateLock.isHeld();
    loaded.refreshLimits();
    try {
      new LiveTableCheck(loaded, device.word()).run();
    } catch (Refusal e) {
      return e;
    }
    Table old = device.live();
    boolean sameSize = old != null && old.sectors() == loaded.sectors();
    Geometry geometry = sameSize ? device.geometry : null;
    // Before the first request can meet the new table, see Journal.
    engine.journalling.save(
        device, DeviceRecord.of(device).swapped(SavedTable.of(loaded), geometry));
    device.inactive = null;
    device.lost = null;
    device.live(loaded);
    device.geometry = geometry;
    device.staysSuspended = false;
    engine.events.raise();
    return null;
  }

  /** Lets a suspended device go on. */
  void start(MappedDevice device) throws Refusal {
    preresume(device);
    letGo(device);
  }

  /** Suspends a device that has just come back and was suspended before; nobody uses it yet. */
  void standStill(MappedDevice device) {
    forEachWhatever(device.live(), Target::presuspend);
    holdsBack(device, true);
    drain(device);
    device.suspended(true);
    forEachWhatever(device.live(), Target::postsuspend);
  }

  private void preresume(MappedDevice device) throws Refusal {
    Table table = device.live();
    int rules = table == null ? 0 : table.size();
    for (int i = 0; i < rules; i++) {
      try {
        table.target(i).preresume();
      } catch (TargetException e) {
        stay(device);
        Rule rule = table.rule(i);
        throw new Refusal(
            e.errno(),
            device.word()
                + ": "
                + rule.type()
                + ": preresume failed, error = "
                + -e.errno()
                + ": "
                + e.getMessage());
      }
    }
  }

  private void letGo(MappedDevice device) {
    forEachWhatever(device.live(), Target::resume);
    device.suspended(false);
    device.resubmit(device.gate.open());
    holdsBack(device, false);
    thaw(device); // what it writes now must pass
  }

  /**
   * To be said before requests are held back, or after they pass again. Where it fails, a close of
   * the node may last; a device that stayed frozen would be worse.
   */
  private void holdsBack(MappedDevice device, boolean held) {
    device.holdsBack = held;
    try {
      engine.exposed.holdNodes(device);
    } catch (Throwable thrown) {
      Faults.tell("holding the nodes of " + device.name(), thrown);
    }
  }

  private static void thaw(MappedDevice device) {
    Frozen frozen = device.frozen;
    device.frozen = null;
    if (frozen != null) {
      frozen.thaw();
    }
  }

  /**
   * Ends the life of a device that nobody has open: fails what is still held back, waits for what
   * is under way, and destroys its tables. The caller holds the life lock.
   */
  void end(MappedDevice device) {
    assert device.lifeLock.isHeld();
    Table table = device.live();
    boolean running = !device.gate.closed();
    if (running) {
      forEachWhatever(table, Target::presuspend);
      drain(device);
      forEachWhatever(table, Target::postsuspend);
    }
    Table inactive;
    if (table != null) {
      device.raiseEvent();
    }
    device.stateLock.lock();
    try {
      inactive = device.inactive;
      device.inactive = null;
      device.live(null);
      device.markRemoved();
    } finally {
      device.stateLock.unlock();
    }
    device.failDeferred();
    thaw(device);
    if (inactive != null) {
      inactive.destroy();
    }
    if (table != null) {
      table.destroy();
    }
  }

  /** Holds new requests back and waits for those under way, whatever comes. */
  private static void drain(MappedDevice device) {
    device.gate.close(() -> {});
    device.gate.awaitDrained();
  }
}
