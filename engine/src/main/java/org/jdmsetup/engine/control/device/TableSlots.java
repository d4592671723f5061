package org.jdmsetup.engine.control.device;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.backing.Backings;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.table.LiveTableCheck;
import org.jdmsetup.engine.control.table.SharedObjects;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.check.MappingTable;

/**
 * The table slots of devices: tables are made, stored in the inactive slot, and cleared from it.
 */
public final class TableSlots {
  private final Backings backings;
  private final Journalling journalling;
  private final SharedObjects shared = new SharedObjects();

  /** Held while a device goes below another. */
  private final RankedLock stackingLock = new RankedLock(LockRank.STACKING);

  TableSlots(Backings backings, Journalling journalling) {
    this.backings = backings;
    this.journalling = journalling;
  }

  /**
   * Makes a table.
   *
   * @param targetStates what the targets of a live table remembered that is brought back; else null
   */
  Table makeTable(
      MappedDevice owner,
      List<Rule> rules,
      List<String> targetStates,
      boolean readOnly,
      String directory,
      Map<String, Identity> savedIdentities)
      throws Refusal {
    BooleanSupplier saveTargetState = () -> journalling.saveTargetState(owner);
    return new TableLoader(
            owner,
            backings,
            shared,
            stackingLock,
            saveTargetState,
            readOnly,
            directory,
            savedIdentities)
        .make(rules, targetStates);
  }

  /** Stores a table in the inactive slot, in place of one that is there. */
  public void load(MappedDevice device, List<Rule> rules, boolean readOnly, String directory)
      throws Refusal {
    Table table = makeTable(device, rules, null, readOnly, directory, Map.of());
    Table replaced;
    try {
      replaced = store(device, table);
    } catch (Refusal e) {
      table.destroy();
      throw e;
    }
    if (replaced != null) {
      replaced.destroy();
    }
  }

  /**
   * Makes a table of the rules before a malformed one, and destroys it: a kernel reports what is
   * wrong with those rules first.
   */
  public void tryTable(MappedDevice device, List<Rule> rules, boolean readOnly, String directory)
      throws Refusal {
    if (!rules.isEmpty()) {
      makeTable(device, rules, null, readOnly, directory, Map.of()).destroy();
    }
  }

  private Table store(MappedDevice device, Table table) throws Refusal {
    device.stateLock.lock();
    try {
      Journalling.checkPresent(device);
      checkImmutable(device.live(), table);
      if (!device.everLoaded) {
        new LiveTableCheck(table, device.tableWord()).run();
      }
      Table replaced = device.inactive;
      boolean wasLoadedBefore = device.everLoaded;
      device.inactive = table;
      device.everLoaded = true;
      try {
        journalling.save(device);
      } catch (Refusal e) {
        device.inactive = replaced;
        device.everLoaded = wasLoadedBefore;
        throw e;
      }
      if (device.unrestored != null) {
        device.unrestored =
            new UnrestoredTables(device.unrestored.active(), null, device.unrestored.reason());
      }
      return replaced;
    } finally {
      device.stateLock.unlock();
    }
  }

  private static void checkImmutable(Table live, Table loaded) throws Refusal {
    String immutable = live == null ? null : live.mapping().immutableType();
    MappingTable next = loaded.mapping();
    if (immutable != null && !immutable.equals(next.immutableType()) && !next.hasWildcard()) {
      throw new Refusal(
          Errno.EINVAL,
          "can't replace immutable target type "
              + immutable
              + ": found "
              + next.rule(0).type()
              + ", expected "
              + immutable
              + " or error");
    }
  }

  /** Destroys the table in the inactive slot, if there is one. */
  public void clear(MappedDevice device) throws Refusal {
    Table cleared;
    device.stateLock.lock();
    try {
      cleared = device.inactive;
      UnrestoredTables unrestored = device.unrestored;
      device.inactive = null;
      if (unrestored != null) {
        device.unrestored = new UnrestoredTables(unrestored.active(), null, unrestored.reason());
      }
      try {
        journalling.save(device);
      } catch (Refusal e) {
        device.inactive = cleared;
        device.unrestored = unrestored;
        throw e;
      }
    } finally {
      device.stateLock.unlock();
    }
    if (cleared != null) {
      cleared.destroy();
    }
  }
}
