package org.jdmsetup.engine.control.device;

import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.engine.control.table.LiveTableCheck;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suspends and resumes devices and swaps their tables, step by step as the kernel does ({@code
 * dm_suspend}, {@code do_resume}, {@code dm_swap_table}, {@code dm_resume}). Requests are stopped
 * and restarted by {@link RequestFlow}.
 *
 * <p>Safe to use from any thread: each operation holds the device's {@link MappedDevice#lifeLock}.
 */
public final class SuspendResume {
  private static final Logger LOG = LoggerFactory.getLogger(SuspendResume.class);

  private final Engine engine;
  private final RequestFlow flow;

  SuspendResume(Engine engine, RequestFlow flow) {
    this.engine = engine;
    this.flow = flow;
  }

  /** Suspends; nothing to do when that is so already. */
  public void suspend(MappedDevice device, SuspendOptions options, ControlClient client)
      throws Refusal {
    device.lifeLock.lock();
    try {
      Journalling.checkPresent(device);
      if (device.suspended()) {
        return;
      }
      flow.stop(device, options, client);
      try {
        save(device, true);
      } catch (Refusal e) {
        flow.restart(device);
        throw e;
      }
    } finally {
      device.lifeLock.unlock();
    }
  }

  /** Makes a loaded table live and lets requests pass; undoes a suspend. */
  public void resume(MappedDevice device, SuspendOptions options, ControlClient client)
      throws Refusal {
    device.lifeLock.lock();
    try {
      Journalling.checkPresent(device);
      engine.retryRestore(device);
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
                + (device.unrestored == null ? "" : ": " + device.unrestored.reason()));
      }
      Table before = device.live();
      if (loaded != null) {
        suspendAndSwap(device, options, client);
      }
      boolean swapped = device.live() != before;
      try {
        if (!swapped) {
          save(device, false); // a swap has been journalled already
        }
        preresumeAndRestart(device);
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
      boolean before = device.restoreSuspended;
      device.restoreSuspended = suspended;
      try {
        engine.journalling.save(device);
      } catch (Refusal e) {
        device.restoreSuspended = before;
        throw e;
      }
    } finally {
      device.stateLock.unlock();
    }
  }

  /** Journals a device that stays suspended as it could not be resumed, which is told already. */
  private void keepSuspended(MappedDevice device) {
    try {
      save(device, true);
    } catch (Refusal e) {
      LOG.warn("a restart may resume it: {}", e.getMessage());
    }
  }

  /**
   * Suspends the device if it runs, and puts the table in the inactive slot into the active one.
   * Suspending may take long, and meanwhile another table may be loaded or the slot be cleared; if
   * it was cleared, the device goes on with the table that it has.
   */
  private void suspendAndSwap(MappedDevice device, SuspendOptions options, ControlClient client)
      throws Refusal {
    boolean running = !device.suspended();
    if (running) {
      flow.stop(device, options, client);
    }
    Table loaded = null;
    Refusal unfit = null;
    Refusal unsaved = null;
    device.stateLock.lock();
    try {
      loaded = device.inactive;
      if (loaded != null) {
        unfit = whyUnfit(device, loaded);
        if (unfit != null) {
          device.inactive = null;
        } else {
          makeLive(device, loaded);
        }
      }
    } catch (Refusal e) {
      unsaved = e;
    } finally {
      device.stateLock.unlock();
    }
    if (unsaved != null) {
      if (running) {
        flow.restart(device); // with the table that it has
      }
      throw unsaved;
    }
    if (unfit != null) {
      loaded.destroy();
      keepSuspended(device);
      throw new Refusal(unfit.errno(), unfit.getMessage() + "; the device stays suspended");
    }
  }

  /** Why a loaded table cannot be live, as its devices are now; null if it can. */
  private static Refusal whyUnfit(MappedDevice device, Table loaded) {
    loaded.refreshLimits();
    try {
      new LiveTableCheck(loaded, device.tableWord()).run();
      return null;
    } catch (Refusal e) {
      return e;
    }
  }

  /**
   * Makes a loaded table live; the caller holds the device's state lock.
   *
   * @throws Refusal when it cannot be journalled; nothing has changed then
   */
  private void makeLive(MappedDevice device, Table loaded) throws Refusal {
    assert device.stateLock.isHeld();
    Table old = device.live();
    boolean sameSize = old != null && old.length().equals(loaded.length());
    Geometry geometry = sameSize ? device.geometry : null;
    // Before the first request can meet the new table, see Journal.
    engine.journalling.save(
        device, Journalling.record(device).swapped(SavedTable.of(loaded), geometry));
    device.inactive = null;
    device.unrestored = null;
    device.live(loaded);
    device.geometry = geometry;
    device.restoreSuspended = false;
    engine.events.raise();
  }

  /** Lets a suspended device go on. */
  void preresumeAndRestart(MappedDevice device) throws Refusal {
    preresume(device);
    flow.restart(device);
  }

  private void preresume(MappedDevice device) throws Refusal {
    Table table = device.live();
    int rules = table == null ? 0 : table.size();
    for (int i = 0; i < rules; i++) {
      try {
        table.target(i).preresume();
      } catch (TargetException e) {
        keepSuspended(device);
        Rule rule = table.rule(i);
        throw new Refusal(
            e.errno(),
            device.tableWord()
                + ": "
                + rule.type()
                + ": preresume failed, error = "
                + -e.errno()
                + ": "
                + e.getMessage());
      }
    }
  }
}
