package org.jdmsetup.engine.control;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.DeviceOpenException;
import org.jdmsetup.engine.backing.Fact;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.backing.Likeness;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.RawParams;
import org.jdmsetup.tables.parameters.TargetParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings devices back from the journal: first all with their numbers, or new ones where those are
 * taken, then their tables: those of devices below others first, and those of snapshots before
 * anybody can write to an origin. References between devices go by identity and get the numbers of
 * now; a number that means another disk by now is not used. A table that cannot be had stays in the
 * journal untouched, and its device waits for it suspended.
 */
final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  private final Engine engine;
  private final Map<Identity, MappedDevice> byIdentity = new HashMap<>();
  private final Map<MappedDevice, DeviceRecord> records = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Sentences about what was known again by little, or has another number. */
  private final Set<String> recognized = new LinkedHashSet<>();

  Restore(Engine engine) {
    this.engine = engine;
    for (MappedDevice device : engine.devices().all()) {
      byIdentity.put(device.identity(), device);
    }
  }

  /** Restores all; to be called before anything else uses the engine. */
  Restored run() throws IOException {
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
    List<MappedDevice> all = engine.devices().all();
    all.sort(Comparator.comparing(device -> !isSnapshot(records.get(device))));
    List<MappedDevice> ordered = fromTheBottom(all);
    Set<MappedDevice> used = new HashSet<>();
    records.values().forEach(record -> used.addAll(below(record)));
    for (MappedDevice device : ordered) {
      restoreTables(device);
      if (!used.contains(device)) {
        suspendAgain(device); // who takes its store over wants it so
      }
    }
    for (MappedDevice device : ordered) {
      loaded(device);
    }
    for (int i = ordered.size() - 1; i >= 0; i--) {
      if (used.contains(ordered.get(i))) {
        suspendAgain(ordered.get(i));
      }
    }
    if (records.values().stream().anyMatch(record -> record.is(DeviceRecord.DEFERRED))) {
      engine.removal.scheduleSweep(); // not before the tables that have them open are there
    }
    return new Restored(records.size(), problems, List.copyOf(recognized));
  }

  private boolean add(Journal.Entry entry, int minor) throws IOException {
    DeviceRecord record = entry.record();
    MappedDevice device =
        engine.newDevice(record.name(), record.uuid(), record.nodeDirectory(), entry.file());
    try {
      engine.exposed.exposureLock.lock();
      try {
        engine.exposed.number(device, minor);
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
    device.eventNumber(record.event());
    device.geometry = record.geometry();
    device.typed = record.is(DeviceRecord.TYPED);
    device.deferredRemove = record.is(DeviceRecord.DEFERRED);
    device.staysSuspended = record.is(DeviceRecord.SUSPENDED);
    byIdentity.put(device.identity(), device);
    records.put(device, record);
    if (!device.number().equals(record.number())) {
      LOG.warn("{} had number {}, which is taken", device.description(), record.number());
    }
    return true;
  }

  /** Whether a device has to be there before its origin, which it is to be copied from, is. */
  private static boolean isSnapshot(DeviceRecord record) {
    return record != null
        && record.active() != null
        && record.active().rules().stream().anyMatch(rule -> rule.type().equals("snapshot"));
  }

  private void problem(MappedDevice device, String reason) {
    String sentence = "device " + ByteText.unicode(device.name()) + ": " + reason;
    LOG.error("not brought back: {}", sentence);
    problems.add(sentence);
  }

  /** Each device after those that its tables name, however deep they are stacked. */
  private List<MappedDevice> fromTheBottom(List<MappedDevice> devices) {
    Set<MappedDevice> reached = new HashSet<>();
    Set<MappedDevice> ordered = new LinkedHashSet<>();
    ArrayDeque<MappedDevice> path = new ArrayDeque<>();
    for (MappedDevice device : devices) {
      path.push(device);
      while (!path.isEmpty()) {
        MappedDevice top = path.peek();
        if (reached.add(top)) {
          for (MappedDevice below : below(records.get(top))) {
            if (!reached.contains(below)) {
              path.push(below);
            }
          }
        } else {
          ordered.add(path.pop());
        }
      }
    }
    return List.copyOf(ordered);
  }

  /**
   * Restores the live table of a device; those that it names are there already. It runs for now
   * even if it is to be suspended, as the tables above it have to read it, but shows no size.
   */
  private void restoreTables(MappedDevice device) {
    DeviceRecord record = records.get(device);
    suspendAtOnce(device);
    String reason = live(device, record.active());
    if (reason != null || record.inactive() != null) {
      // What is not there yet stays in the journal, whatever fails before it is.
      SavedTable active = reason == null ? null : record.active();
      device.lost = new Lost(active, record.inactive(), reason == null ? "" : reason);
    }
    try {
      if (reason == null) {
        engine.suspendResume.start(device);
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
  private void loaded(MappedDevice device) {
    DeviceRecord record = records.get(device);
    if (device.lost != null) {
      SavedTable active = device.lost.active();
      String reason = active == null ? null : device.lost.reason();
      loaded(device, active, reason, record.inactive());
    }
    if (device.lost != null) {
      problem(
          device,
          device.lost.reason()
              + "; it waits suspended until a resume finds all it needs or it is loaded anew");
    }
    try {
      engine.journalling.save(device);
    } catch (Refusal e) {
      problem(device, e.getMessage());
    }
  }

  private static void suspendAtOnce(MappedDevice device) {
    device.gate.close(() -> {});
    device.suspended(true);
  }

  /**
   * Makes tables out of what the journal holds and puts them into their slots. What still cannot be
   * made stays {@link MappedDevice#lost}. The device is suspended, and the caller holds its life
   * lock.
   */
  void retry(MappedDevice device, Lost lost) {
    String reason = live(device, lost.active());
    loaded(device, reason == null ? null : lost.active(), reason, lost.inactive());
  }

  /** Puts a table into the active slot; null, or why it cannot be had. */
  private String live(MappedDevice device, SavedTable active) {
    if (active != null) {
      try {
        Table table = make(device, active, active.memories());
        device.live(checked(device, table));
        device.typed = true;
      } catch (Refusal e) {
        return e.getMessage();
      }
    }
    return null;
  }

  /**
   * Puts a table into the inactive slot.
   *
   * @param lostActive the table of the active slot that cannot be had, or null
   * @param lostReason why
   */
  private void loaded(
      MappedDevice device, SavedTable lostActive, String lostReason, SavedTable inactive) {
    SavedTable lostInactive = null;
    String reason = lostReason;
    Table madeInactive = null;
    if (inactive != null) {
      try {
        madeInactive = make(device, inactive, null);
      } catch (Refusal e) {
        lostInactive = inactive;
        reason = reason == null ? e.getMessage() : reason;
      }
    }
    device.stateLock.lock();
    try {
      // Somebody may have loaded another one, or cleared the slot, while this one was made.
      boolean wanted = device.lost != null && device.lost.inactive() == inactive;
      if (wanted && madeInactive != null) {
        device.inactive = madeInactive;
        madeInactive = null;
      }
      if (!wanted) {
        lostInactive = null;
        reason = lostReason;
      }
      device.lost = reason == null ? null : new Lost(lostActive, lostInactive, reason);
    } finally {
      device.stateLock.unlock();
    }
    if (madeInactive != null) {
      madeInactive.destroy();
    }
  }

  /**
   * @param memories null when the table was not live
   */
  private Table make(MappedDevice device, SavedTable saved, List<String> memories) throws Refusal {
    Map<String, String> words = wordsNow(saved.uses());
    Map<String, Identity> remembered = new HashMap<>();
    saved.uses().forEach((word, identity) -> remembered.put(words.get(word), identity));
    List<Rule> rules = saved.rules().stream().map(rule -> worded(rule, words)).toList();
    try {
      Table table =
          engine.slots.makeTable(device, rules, memories, saved.readOnly(), "/", remembered);
      tell(table, saved.uses(), words);
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
      new LiveTableCheck(table, device.word()).run();
      return table;
    } catch (Refusal e) {
      table.destroy();
      throw e;
    }
  }

  // --- references ------------------------------------------------------------------------------

  private List<MappedDevice> below(DeviceRecord record) {
    List<MappedDevice> below = new ArrayList<>();
    addBelow(record.active(), below);
    addBelow(record.inactive(), below);
    return below;
  }

  private void addBelow(SavedTable table, List<MappedDevice> below) {
    if (table != null) {
      for (Identity identity : table.uses().values()) {
        MappedDevice device = byIdentity.get(identity);
        if (device != null) {
          below.add(device);
        }
      }
    }
  }

  /**
   * The words that mean now what the words of a table meant when it was journalled.
   *
   * @throws Refusal when what one of them meant is not there, or is another one that has its place
   */
  private Map<String, String> wordsNow(Map<String, Identity> uses) throws Refusal {
    Map<String, String> now = new HashMap<>();
    for (Map.Entry<String, Identity> use : uses.entrySet()) {
      String word = use.getKey();
      boolean isFile = word.startsWith("/");
      now.put(word, isFile ? word : present(DeviceNumber.parse(word), use.getValue()).toString());
    }
    return now;
  }

  private static Rule worded(Rule rule, Map<String, String> words) {
    String params =
        params(rule).text(device -> words.getOrDefault(device.toString(), device.toString()));
    return new Rule(rule.start(), rule.length(), rule.type(), params);
  }

  private DeviceNumber present(DeviceNumber before, Identity identity) throws Refusal {
    if (identity.get(Fact.DEVICE) == null) {
      try {
        return engine.backings.find(before, identity);
      } catch (DeviceOpenException e) {
        throw new Refusal(Errno.ENXIO, e.getMessage());
      }
    }
    MappedDevice device = byIdentity.get(identity);
    if (device == null) {
      throw new Refusal(
          Errno.ENXIO,
          before
              + " was the engine's device "
              + identity.get(Fact.DEVICE)
              + ", which the journal does not hold any more");
    }
    return device.number();
  }

  /** Tells by what disks and files were known again, where they could have been others. */
  private void tell(Table table, Map<String, Identity> uses, Map<String, String> words) {
    uses.forEach(
        (before, remembered) -> {
          for (Backing device : table.devices()) {
            if (device.word().equals(words.get(before)) && remembered.get(Fact.DEVICE) == null) {
              tell(before, remembered, device);
            }
          }
        });
  }

  private void tell(String before, Identity remembered, Backing device) {
    boolean moved = !device.word().equals(before);
    if (!moved && remembered.isOfSameBoot(device.identity())) {
      return;
    }
    Likeness likeness = remembered.compare(device.identity());
    boolean proved = likeness.is(Likeness.Kind.SAME);
    boolean hasPath = device.number() == null || remembered.get(Fact.PATH) != null;
    String agreeing =
        proved ? remembered.tellingWords(likeness.by()) : remembered.words(likeness.by());
    String sentence =
        device.description()
            + (moved ? ", " + before + " before," : "")
            + " is known again by its "
            + (proved ? agreeing : hasPath ? "path alone" : "number alone")
            + (proved || agreeing.isEmpty() ? "" : " with the same " + agreeing);
    LOG.info("{}", sentence);
    if (moved || !proved) {
      recognized.add(sentence);
    }
  }

  private static TargetParams params(Rule rule) {
    try {
      return TargetParams.parse(rule.type(), rule.length(), rule.params());
    } catch (ParamsException e) {
      // it was accepted when it was loaded: making the table will say what is wrong now
      return new RawParams(rule.type(), rule.params());
    }
  }
}
