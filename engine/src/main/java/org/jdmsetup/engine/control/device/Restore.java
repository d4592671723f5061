package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.DeviceRecord;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.tables.ByteText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings devices back from the journal: first all with their numbers, or new ones where those are
 * taken, then their live tables in {@link RestoreOrder}, then those that were loaded. A table that
 * cannot be made stays in the journal untouched, and its device waits for it suspended.
 */
final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  private final Engine engine;
  private final Map<Identity, MappedDevice> byIdentity = new HashMap<>();
  private final Map<MappedDevice, DeviceRecord> records = new HashMap<>();
  private final SavedReferences references;
  private final TableRestore tables;
  private final List<String> problems = new ArrayList<>();

  Restore(Engine engine) {
    this.engine = engine;
    references = new SavedReferences(engine.backings, byIdentity);
    tables = new TableRestore(engine.slots, references);
  }

  /** Restores all; to be called before anything else uses the engine. */
  RestoreResult run() throws IOException {
    List<Journal.Entry> entries = engine.journalling.journal().read(problems);
    List<Journal.Entry> withoutNumber = new ArrayList<>();
    for (Journal.Entry entry : entries) {
      if (!add(entry, entry.record().number().minor())) {
        withoutNumber.add(entry);
      }
    }
    for (Journal.Entry entry : withoutNumber) {
      add(entry, -1);
    }
    RestoreOrder order = new RestoreOrder(records, byIdentity);
    List<MappedDevice> ordered = order.of(engine.devices().all());
    Set<MappedDevice> used = order.named();
    for (MappedDevice device : ordered) {
      restoreActive(device);
      if (!used.contains(device)) {
        // A table that takes over the exception store of this device expects it to be suspended.
        suspendAgain(device);
      }
    }
    for (MappedDevice device : ordered) {
      restoreInactive(device);
    }
    for (int i = ordered.size() - 1; i >= 0; i--) {
      if (used.contains(ordered.get(i))) {
        suspendAgain(ordered.get(i));
      }
    }
    if (records.values().stream().anyMatch(record -> record.is(DeviceRecord.DEFERRED))) {
      engine.removal.scheduleSweep(); // not before the tables that have them open are there
    }
    return new RestoreResult(records.size(), problems, references.recognized());
  }

  private boolean add(Journal.Entry entry, int minor) throws IOException {
    DeviceRecord record = entry.record();
    MappedDevice device =
        engine.newDevice(record.name(), record.uuid(), record.nodeDirectory(), entry.file());
    try {
      engine.exposed.exposureLock.lock();
      try {
        engine.exposed.assignNumber(device, minor);
        engine.devices().add(device);
      } finally {
        engine.exposed.exposureLock.unlock();
      }
    } catch (Refusal e) {
      if (minor >= 0 && device.number() == null) {
        return false;
      }
      if (device.number() != null) {
        engine.exposed.releaseNumber(device);
      }
      problem(device, e.getMessage());
      return true;
    }
    device.events().restore(record.event());
    device.geometry = record.geometry();
    device.everLoaded = record.is(DeviceRecord.TYPED);
    device.deferredRemove = record.is(DeviceRecord.DEFERRED);
    device.restoreSuspended = record.is(DeviceRecord.SUSPENDED);
    byIdentity.put(device.identity(), device);
    records.put(device, record);
    if (!device.number().equals(record.number())) {
      LOG.warn("{} had number {}, which is taken", device.description(), record.number());
    }
    return true;
  }

  private void problem(MappedDevice device, String reason) {
    String sentence = "device " + ByteText.unicode(device.name()) + ": " + reason;
    LOG.error("not brought back: {}", sentence);
    problems.add(sentence);
  }

  /**
   * Restores the live table of a device; those that it names are there already. The device runs for
   * now even if it is to be suspended, because the tables above have to read it, but its node has
   * size 0 until then.
   */
  private void restoreActive(MappedDevice device) {
    DeviceRecord record = records.get(device);
    startSuspended(device);
    String reason = tables.restoreActive(device, record.active());
    if (reason != null || record.inactive() != null) {
      // What is not restored yet stays in the journal, even if a later step fails.
      SavedTable active = reason == null ? null : record.active();
      device.unrestored =
          new UnrestoredTables(active, record.inactive(), reason == null ? "" : reason);
    }
    try {
      if (reason == null) {
        engine.suspendResume.preresumeAndRestart(device);
      }
      if (device.live() != null && !record.is(DeviceRecord.SUSPENDED)) {
        engine.exposed.show(device);
      }
    } catch (Refusal e) {
      problem(device, e.getMessage());
    }
  }

  /** Suspends a device that was suspended; those above it are already. */
  private void suspendAgain(MappedDevice device) {
    if (!records.get(device).is(DeviceRecord.SUSPENDED)) {
      return;
    }
    if (!device.suspended()) {
      engine.flow.stopRestored(device);
    }
    try {
      if (device.live() != null) {
        engine.exposed.show(device);
      }
    } catch (Refusal e) {
      problem(device, e.getMessage());
    }
  }

  /**
   * Restores a device's loaded table, when all live ones are there: it may be meant to take over
   * what one of them has.
   */
  private void restoreInactive(MappedDevice device) {
    DeviceRecord record = records.get(device);
    if (device.unrestored != null) {
      SavedTable active = device.unrestored.active();
      String reason = active == null ? null : device.unrestored.reason();
      tables.restoreInactive(device, active, reason, record.inactive());
    }
    if (device.unrestored != null) {
      problem(
          device,
          device.unrestored.reason()
              + "; it waits suspended until a resume finds all it needs or it is loaded anew");
    }
    try {
      engine.journalling.save(device);
    } catch (Refusal e) {
      problem(device, e.getMessage());
    }
  }

  private static void startSuspended(MappedDevice device) {
    device.gate.close(() -> {});
    device.suspended(true);
  }
}
