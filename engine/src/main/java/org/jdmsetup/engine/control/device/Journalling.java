package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.DeviceRecord;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal up to date: devices are written when they change, and when what their targets
 * remember has changed. Safe to use from any thread.
 */
final class Journalling {
  private static final Logger LOG = LoggerFactory.getLogger(Journalling.class);

  private final Journal journal;

  /** Writes after events, which come from threads that must not wait. */
  private final WorkQueue afterEvents = new WorkQueue();

  /** Whether nothing is journalled any more. */
  private volatile boolean closed;

  Journalling(Journal journal) {
    this.journal = journal;
  }

  Journal journal() {
    return journal;
  }

  /** Has a device journalled after each of its events, for what its targets remember. */
  void watch(MappedDevice device) {
    device
        .events()
        .watch(
            () -> {
              if (hasTargetState(device)) {
                afterEvents.execute(() -> saveTargetState(device));
              }
            });
  }

  private static boolean hasTargetState(MappedDevice device) {
    Table table = device.live();
    return table != null && !device.removed() && table.hasTargetState();
  }

  /** Journals what the targets remember, which may have changed; false when that fails. */
  boolean saveTargetState(MappedDevice device) {
    if (closed) {
      return false;
    }
    try {
      if (hasTargetState(device)) {
        save(device);
      }
      return true;
    } catch (Refusal e) {
      return false; // logged
    }
  }

  /** The device as it is; the caller holds its state lock. */
  static DeviceRecord record(MappedDevice device) {
    assert device.stateLock.isHeld();
    List<String> state = new ArrayList<>();
    if (device.restoreSuspended) {
      state.add(DeviceRecord.SUSPENDED);
    }
    if (device.deferredRemove) {
      state.add(DeviceRecord.DEFERRED);
    }
    if (device.everLoaded) {
      state.add(DeviceRecord.TYPED);
    }
    SavedTable active = SavedTable.of(device.live());
    SavedTable inactive = SavedTable.of(device.inactive);
    if (device.unrestored != null) {
      active = active == null ? device.unrestored.active() : active;
      inactive = inactive == null ? device.unrestored.inactive() : inactive;
    }
    return new DeviceRecord(
        device.name(),
        device.uuid(),
        device.number(),
        device.nodeDirectory,
        device.events().number(),
        state,
        device.geometry,
        active,
        inactive);
  }

  /** Journals a device as it is. */
  void save(MappedDevice device) throws Refusal {
    device.stateLock.lock();
    try {
      save(device, record(device));
    } finally {
      device.stateLock.unlock();
    }
  }

  /** Journals a device as it is about to be; the caller holds its state lock. */
  void save(MappedDevice device, DeviceRecord record) throws Refusal {
    assert device.stateLock.isHeld();
    checkPresent(device); // or its file would be made again after it was deleted
    try {
      journal.write(device.journalFile, record);
    } catch (IOException e) {
      LOG.error("journal of {}: {}", device.description(), e.toString());
      throw new Refusal(Errno.EIO, "the journal of " + device.name() + " cannot be written: " + e);
    }
  }

  /** Refuses what is asked of a device that somebody else has removed meanwhile. */
  static void checkPresent(MappedDevice device) throws Refusal {
    if (device.removed()) {
      throw new Refusal(Errno.ENXIO, device.name() + " has been removed");
    }
  }

  /** A device whose journal file cannot go must not go either: it would come back. */
  void checkDeletable(MappedDevice device) throws Refusal {
    if (!journal.canChange()) {
      throw new Refusal(
          Errno.EROFS,
          device.description()
              + " stays: its file in "
              + journal.directory()
              + " cannot be removed");
    }
  }

  /** Deletes the file of a device that is gone. */
  void delete(MappedDevice device) throws Refusal {
    try {
      journal.delete(device.journalFile);
    } catch (IOException e) {
      LOG.error("journal of {}", device.description(), e);
      throw new Refusal(
          Errno.EIO,
          device.description()
              + " is gone, but its journal file stays and will bring it back when the engine starts"
              + " again: "
              + e);
    }
  }

  /** Returns when all that was queued is written; what comes now is not journalled any more. */
  void close() {
    afterEvents.execute(() -> closed = true);
    afterEvents.awaitQueued();
  }
}
