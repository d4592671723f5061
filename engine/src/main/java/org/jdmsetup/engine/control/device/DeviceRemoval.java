package org.jdmsetup.engine.control.device;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdmsetup.engine.block.DaemonThreads;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.control.table.TargetHooks;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of devices: at once, or with their last user. Safe to use from any thread; takes a
 * device's life lock.
 */
public final class DeviceRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceRemoval.class);

  /** How often devices that shall go when they are closed are looked at, in milliseconds. */
  private static final long SWEEP_INTERVAL = 500;

  private final Devices devices;
  private final ExposedDevices exposed;
  private final Journalling journalling;
  private final AtomicBoolean sweepWanted = new AtomicBoolean();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("deferred-remove"));

  DeviceRemoval(Devices devices, ExposedDevices exposed, Journalling journalling) {
    this.devices = devices;
    this.exposed = exposed;
    this.journalling = journalling;
  }

  private enum Removal {
    GONE,
    DEFERRED,
    BUSY
  }

  /**
   * Removes a device.
   *
   * @param deferred when it is open, mark it to go with its last user instead of refusing
   * @return whether it is gone
   */
  public boolean remove(MappedDevice device, boolean deferred) throws Refusal {
    Removal removal;
    device.lifeLock.lock();
    try {
      removal = tryRemove(device, deferred, false);
    } finally {
      device.lifeLock.unlock();
    }
    if (removal == Removal.BUSY) {
      throw new Refusal(Errno.EBUSY, device.description() + " is in use: " + users(device));
    }
    return removal == Removal.GONE;
  }

  /**
   * Removes a device whose life lock the caller holds.
   *
   * @param deferred when it is open, mark it to go with its last user
   * @param onlyIfDeferred only if it is to go with its last user
   */
  private Removal tryRemove(MappedDevice device, boolean deferred, boolean onlyIfDeferred)
      throws Refusal {
    assert device.lifeLock.isHeld();
    Journalling.checkPresent(device);
    journalling.checkDeletable(device);
    if (!unexpose(device, onlyIfDeferred)) {
      if (!deferred) {
        return Removal.BUSY;
      }
      setDeferredRemove(device, true);
      scheduleSweep();
      return Removal.DEFERRED;
    }
    destroy(device);
    devices.remove(device);
    journalling.delete(device);
    return Removal.GONE;
  }

  /**
   * Ends a device that nobody has open: waits for requests in flight, fails those that are held,
   * and destroys its tables. The caller holds the life lock.
   */
  private void destroy(MappedDevice device) {
    assert device.lifeLock.isHeld();
    Table table = device.live();
    boolean running = !device.gate.closed();
    if (running) {
      TargetHooks.runAll(table, Target::presuspend);
      RequestFlow.drain(device);
      TargetHooks.runAll(table, Target::postsuspend);
    }
    Table inactive;
    if (table != null) {
      device.events().raise();
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
    RequestFlow.thaw(device);
    if (inactive != null) {
      inactive.destroy();
    }
    if (table != null) {
      table.destroy();
    }
  }

  /** Has a device go with its last user, or not any more. */
  private void setDeferredRemove(MappedDevice device, boolean deferred) throws Refusal {
    device.stateLock.lock();
    try {
      boolean before = device.deferredRemove;
      device.deferredRemove = deferred;
      try {
        journalling.save(device);
      } catch (Refusal e) {
        device.deferredRemove = before;
        throw e;
      }
    } finally {
      device.stateLock.unlock();
    }
  }

  private static boolean isDeferredRemove(MappedDevice device) {
    device.stateLock.lock();
    try {
      return device.deferredRemove;
    } finally {
      device.stateLock.unlock();
    }
  }

  /**
   * Takes the number and node of a device away, if nobody has it open. From then on it goes; until
   * then a deferred removal can be cancelled.
   *
   * @param onlyIfDeferred only if it is to go with its last user
   */
  private boolean unexpose(MappedDevice device, boolean onlyIfDeferred) {
    exposed.exposureLock.lock();
    try {
      if (onlyIfDeferred && !isDeferredRemove(device)) {
        return false;
      }
      // Whoever waits for a request has the device open. The loop driver must not be asked then: it
      // would wait too, and if the device that keeps the request is suspended, not even SIGKILL
      // would end the daemon.
      if (device.gate.hasRequests() || !device.opens.refuse()) {
        return false;
      }
      if (!exposed.remove(device)) {
        device.opens.allow();
        return false;
      }
      return true;
    } finally {
      exposed.exposureLock.unlock();
    }
  }

  private String users(MappedDevice device) {
    List<String> users = new ArrayList<>();
    for (MappedDevice other : devices.all()) {
      if (other != device && DeviceStack.liesOn(other, device)) {
        users.add("a table of " + ByteText.unicode(other.name()));
      }
    }
    if (users.isEmpty()) {
      users.add("a mount, a program that has it open, or a client over NBD");
    }
    return String.join(", ", users);
  }

  /**
   * Removes all devices that are not in use, beginning anew after each until none goes any more, so
   * that stacks go from the top.
   *
   * @param deferred mark those that are in use
   */
  public void removeAll(boolean deferred) {
    boolean again = true;
    while (again) {
      again = false;
      for (MappedDevice device : devices.all()) {
        device.lifeLock.lock();
        try {
          again |= tryRemove(device, deferred, false) == Removal.GONE;
        } catch (Refusal e) {
          again |= device.removed();
          LOG.warn("remove_all: {}", e.getMessage());
        } finally {
          device.lifeLock.unlock();
        }
      }
    }
    int left = devices.all().size();
    if (left > 0) {
      LOG.warn("remove_all left {} open device(s)", left);
    }
  }

  /** Lets a device stay that was to go with its last user. */
  public void cancelDeferredRemove(MappedDevice device) throws Refusal {
    exposed.exposureLock.lock();
    try {
      device.stateLock.lock();
      try {
        if (device.removed() || device.opens.refused()) {
          throw new Refusal(Errno.EBUSY, device.description() + " is being removed already");
        }
        setDeferredRemove(device, false);
      } finally {
        device.stateLock.unlock();
      }
    } finally {
      exposed.exposureLock.unlock();
    }
  }

  // --- devices that go with their last user ----------------------------------------------------

  /** Says that somebody has closed a device. */
  void sweepSoon() {
    if (sweepWanted.get() && !sweeper.isShutdown()) {
      sweeper.execute(this::sweep);
    }
  }

  /** From now on tries deferred removals regularly, until none is left. */
  void scheduleSweep() {
    if (sweepWanted.compareAndSet(false, true)) {
      sweeper.schedule(this::sweepAgain, SWEEP_INTERVAL, TimeUnit.MILLISECONDS);
    }
  }

  private void sweepAgain() {
    sweepWanted.set(false);
    sweep();
    for (MappedDevice device : devices.all()) {
      if (isDeferredRemove(device)) {
        scheduleSweep();
        return;
      }
    }
  }

  /** Removes devices that were to go with their last user and have none any more. */
  void sweep() {
    for (MappedDevice device : devices.all()) {
      // One whose suspend takes its time is looked at next time: the others need not wait for it.
      if (isDeferredRemove(device) && device.lifeLock.tryLock()) {
        try {
          tryRemove(device, false, true);
        } catch (Refusal gone) {
          LOG.debug("deferred remove: {}", gone.getMessage());
        } finally {
          device.lifeLock.unlock();
        }
      }
    }
  }

  /** Ends the thread of deferred removals. */
  void close() {
    sweeper.shutdown();
  }
}
