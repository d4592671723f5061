package org.jdmsetup.engine.control.device;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.engine.control.table.LiveTableCheck;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables of what the journal holds and puts them into the slots of their devices. What cannot
 * be made, because a disk is missing say, is told and stays in the journal.
 */
final class TableRestore {
  private static final Logger LOG = LoggerFactory.getLogger(TableRestore.class);

  private final TableSlots slots;
  private final SavedReferences references;

  TableRestore(TableSlots slots, SavedReferences references) {
    this.slots = slots;
    this.references = references;
  }

  /** A restore of single devices, when all devices are there. */
  static TableRestore of(Engine engine) {
    Map<Identity, MappedDevice> byIdentity = new HashMap<>();
    for (MappedDevice device : engine.devices().all()) {
      byIdentity.put(device.identity(), device);
    }
    return new TableRestore(engine.slots, new SavedReferences(engine.backings, byIdentity));
  }

  /**
   * Tries again to restore both tables of a device. What still cannot be made stays {@link
   * MappedDevice#unrestored}. The device is suspended, and the caller holds its life lock.
   */
  void retry(MappedDevice device, UnrestoredTables unrestored) {
    String reason = restoreActive(device, unrestored.active());
    restoreInactive(
        device, reason == null ? null : unrestored.active(), reason, unrestored.inactive());
  }

  /**
   * Restores the table of the active slot, if there was one.
   *
   * @return null, or why it cannot be made
   */
  String restoreActive(MappedDevice device, SavedTable active) {
    if (active != null) {
      try {
        Table table = make(device, active, active.targetStates());
        device.live(checked(device, table));
        device.everLoaded = true;
      } catch (Refusal e) {
        return e.getMessage();
      }
    }
    return null;
  }

  /**
   * Restores the table of the inactive slot, if there was one.
   *
   * @param unrestoredActive the table of the active slot that cannot be made, or null
   * @param activeReason why
   */
  void restoreInactive(
      MappedDevice device, SavedTable unrestoredActive, String activeReason, SavedTable inactive) {
    SavedTable unrestoredInactive = null;
    String reason = activeReason;
    Table madeInactive = null;
    if (inactive != null) {
      try {
        madeInactive = make(device, inactive, null);
      } catch (Refusal e) {
        unrestoredInactive = inactive;
        reason = reason == null ? e.getMessage() : reason;
      }
    }
    device.stateLock.lock();
    try {
      // Somebody may have loaded another one, or cleared the slot, while this one was made.
      boolean wanted = device.unrestored != null && device.unrestored.inactive() == inactive;
      if (wanted && madeInactive != null) {
        device.inactive = madeInactive;
        madeInactive = null;
      }
      if (!wanted) {
        unrestoredInactive = null;
        reason = activeReason;
      }
      device.unrestored =
          reason == null
              ? null
              : new UnrestoredTables(unrestoredActive, unrestoredInactive, reason);
    } finally {
      device.stateLock.unlock();
    }
    if (madeInactive != null) {
      madeInactive.destroy();
    }
  }

  /**
   * @param targetStates null when the table was not live
   */
  private Table make(MappedDevice device, SavedTable saved, List<String> targetStates)
      throws Refusal {
    Map<String, String> words = references.wordsNow(saved.uses());
    Map<String, Identity> savedIdentities = new HashMap<>();
    saved.uses().forEach((word, identity) -> savedIdentities.put(words.get(word), identity));
    List<Rule> rules =
        saved.rules().stream().map(rule -> SavedReferences.worded(rule, words)).toList();
    try {
      Table table =
          slots.makeTable(device, rules, targetStates, saved.readOnly(), "/", savedIdentities);
      references.reportRecognized(table, saved.uses(), words);
      return table;
    } catch (OutOfMemoryError e) {
      throw new Refusal(Errno.ENOMEM, "no memory for its table: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a table met a fault of the engine, please report this", e);
      throw new Refusal(Errno.EIO, "a fault of the engine: " + e);
    }
  }

  private static Table checked(MappedDevice device, Table table) throws Refusal {
    try {
      new LiveTableCheck(table, device.tableWord()).run();
      return table;
    } catch (Refusal e) {
      table.destroy();
      throw e;
    }
  }
}
