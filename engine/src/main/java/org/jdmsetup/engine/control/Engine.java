package org.jdmsetup.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Backings;
import org.jdmsetup.engine.backing.DeviceOpenException;
import org.jdmsetup.engine.backing.EngineDevices;
import org.jdmsetup.engine.backing.Holders;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.targets.WorkQueue;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.check.MappingTable;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All devices and what they need to live: numbers and nodes from the exposure, the journal, what
 * their tables sit on. The operations of the control protocol are built of these.
 *
 * <p>Locks, in the order in which they may be taken: a device's life lock, {@link #stacking}, the
 * exposure, a device's monitor. None but a life lock is held while a table is made, as targets read
 * their devices then, which may be suspended.
 */
public final class Engine implements EngineDevices, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** How often devices that shall go when they are closed are looked at, in milliseconds. */
  private static final long SWEEP_INTERVAL = 500;

  final SuspendResume suspendResume = new SuspendResume(this);

  /** Held while a device goes below another. */
  private final Object stacking = new Object();

  final GlobalEvents events = new GlobalEvents();

  private final Exposure exposure;
  private final Journal journal;
  private final String ownFiles;
  private final Devices devices = new Devices();
  private final Backings backings;
  private final Shared shared = new Shared();

  /** Journals devices after events, which come from threads that must not wait. */
  private final WorkQueue journalling = new WorkQueue();

  /** Whether nothing is journalled any more. */
  private volatile boolean closed;

  private volatile Consumer<Renumbered> nodes = device -> {};

  private final AtomicBoolean sweepWanted = new AtomicBoolean();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "deferred-remove");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param runDirectory where the engine's own files are: no table may sit on them
   */
  public Engine(Exposure exposure, Journal journal, Path runDirectory) {
    this(exposure, journal, runDirectory, Map.of());
  }

  /**
   * @param others devices that only this process has, neither disks nor the engine's
   */
  Engine(Exposure exposure, Journal journal, Path runDirectory, Map<DeviceNumber, Backing> others) {
    backings = new Backings(this, others);
    this.exposure = exposure;
    exposure.onNewNumber(this::renumber);
    this.journal = journal;
    ownFiles = ByteText.ofUnicode(real(runDirectory).toString()) + '/';
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      return directory; // it has gone, and so no file of it can be named
    }
  }

  /** All devices. */
  public Devices devices() {
    return devices;
  }

  Backings backings() {
    return backings;
  }

  Journal journal() {
    return journal;
  }

  // --- devices as tables name them ---------------------------------------------------------------

  @Override
  public int major() {
    return exposure.major();
  }

  @Override
  public Backing byNumber(DeviceNumber number) {
    return devices.numbered(number);
  }

  @Override
  public Backing byNode(String path) {
    int slash = path.lastIndexOf('/');
    String directory = path.substring(0, slash);
    String file = path.substring(slash + 1);
    MappedDevice device = devices.named(file);
    if (device == null) {
      device = devices.named(Mangling.decoded(file));
    }
    boolean nodeOfIt =
        device != null
            && (directory.equals("/dev/mapper") || directory.equals(device.nodeDirectory));
    return nodeOfIt ? device : null;
  }

  @Override
  public void take(Backing ours) throws DeviceOpenException {
    MappedDevice device = (MappedDevice) ours;
    synchronized (exposure) {
      if (!device.retain()) {
        throw new DeviceOpenException(
            Errno.ENXIO.number(), device.description() + " is being removed");
      }
      int errno = device.tables++ == 0 ? exposure.claim(device.number().minor()) : 0;
      if (errno != 0) {
        device.tables--;
        device.close();
        String why =
            errno == Errno.EBUSY.number()
                ? "is in use: " + Holders.of(device.number())
                : "cannot be claimed: " + Errno.text(errno);
        throw new DeviceOpenException(errno, device.description() + ' ' + why);
      }
    }
  }

  /**
   * Has the nodes held of a device whose requests may wait for long, and of those above it, or no
   * longer; see {@link Exposure#hold}.
   */
  void holdNodes(MappedDevice changed) {
    synchronized (exposure) {
      exposure.hold(changed.number().minor(), changed.stalls());
      if (changed.tables > 0) {
        for (MappedDevice device : devices.all()) {
          if (device != changed && device.reaches(changed)) {
            exposure.hold(device.number().minor(), device.stalls());
          }
        }
      }
    }
  }

  /** A table gives a device back. */
  private void giveBack(MappedDevice device) {
    synchronized (exposure) {
      if (--device.tables == 0) {
        exposure.disclaim(device.number().minor());
      }
    }
    device.close();
  }

  @Override
  public boolean isOwnFile(String path, FileFacts facts) {
    return path.startsWith(ownFiles) || exposure.shows(facts);
  }

  // --- life of a device ------------------------------------------------------------------------

  /**
   * Makes a device without table.
   *
   * @param minor the wanted one, or -1
   */
  MappedDevice create(String name, String uuid, int minor, String nodeDirectory) throws Refusal {
    synchronized (exposure) {
      if (minor >= 0 && devices.numbered(new DeviceNumber(exposure.major(), minor)) != null) {
        throw new Refusal(Errno.ENXIO, "minor " + minor + " is taken by another device");
      }
      devices.checkFree(name, uuid);
      checkNode(nodeDirectory, name);
      MappedDevice device = newDevice(name, uuid, nodeDirectory, journal.newFile());
      number(device, minor);
      try {
        devices.add(device);
        save(device);
      } catch (Refusal e) {
        devices.remove(device);
        giveNumberBack(device);
        throw e;
      }
      return device;
    }
  }

  private void checkNode(String nodeDirectory, String name) throws Refusal {
    if (exposure.hasNodes()) {
      NodePlace.check(nodeDirectory, name, devices);
    }
  }

  MappedDevice newDevice(String name, String uuid, String nodeDirectory, String journalFile) {
    MappedDevice device =
        new MappedDevice(
            name, uuid, nodeDirectory, journalFile, events, this::giveBack, this::sweepSoon);
    device.watch(
        () -> {
          if (remembers(device)) {
            journalling.execute(() -> saveMemory(device));
          }
        });
    return device;
  }

  private static boolean remembers(MappedDevice device) {
    Table table = device.live();
    return table != null && !device.removed() && table.remembers();
  }

  /** Journals what the targets remember, which may have changed; false when that fails. */
  private boolean saveMemory(MappedDevice device) {
    if (closed) {
      return false;
    }
    try {
      if (remembers(device)) {
        save(device);
      }
      return true;
    } catch (Refusal e) {
      return false; // logged
    }
  }

  /** Has the exposure give the device its number; the caller holds the exposure. */
  void number(MappedDevice device, int minor) throws Refusal {
    try {
      int given = exposure.add(ByteText.unicode(device.name()), device, minor);
      device.number(new DeviceNumber(exposure.major(), given));
    } catch (IOException e) {
      throw new Refusal(
          Errno.ENXIO,
          "no device number for "
              + device.name()
              + ": "
              + e.getMessage()
              + (minor < 0 ? "" : "; without --major and --minor a free one is found"));
    }
  }

  /** Undoes {@link #number}. */
  void giveNumberBack(MappedDevice device) {
    synchronized (exposure) {
      if (!exposure.remove(device.number().minor())) {
        LOG.error("number {} is in use and stays", device.number());
      }
    }
  }

  /**
   * Another program has taken a device's number, so the exposure has given it a new one, under its
   * lock.
   */
  private void renumber(int minorBefore, int minorNow) {
    DeviceNumber before = new DeviceNumber(exposure.major(), minorBefore);
    MappedDevice device = devices.numbered(before);
    DeviceNumber now = new DeviceNumber(exposure.major(), minorNow);
    devices.renumber(device, now);
    LOG.warn("{} had number {}, which another program has taken", device.description(), before);
    try {
      save(device);
    } catch (Refusal e) {
      LOG.warn("a restart may look for another node of it: {}", e.getMessage());
    }
    nodes.accept(new Renumbered(device.nodeDirectory, device.name(), before, now));
  }

  /** Where the nodes of all devices are; empty if they have none. */
  public List<DeviceNode> nodes() {
    List<DeviceNode> all = new ArrayList<>();
    if (exposure.hasNodes()) {
      for (MappedDevice device : devices.all()) {
        all.add(
            new DeviceNode(
                device.nodeDirectory, device.name(), device.number(), device.live() != null));
      }
    }
    return all;
  }

  /** Who replaces the nodes of a device that has got another number while it is used. */
  public void onNewNumber(Consumer<Renumbered> replacer) {
    nodes = replacer;
  }

  /** Brings devices back from the journal; before anything else is asked of the engine. */
  public Restored restore() throws IOException {
    return new Restore(this).run();
  }

  /** The lock under which the exposure is used. */
  Object exposure() {
    return exposure;
  }

  private enum Removal {
    GONE,
    MARKED,
    BUSY
  }

  /**
   * Removes a device.
   *
   * @param deferred when it is open, mark it to go with its last user instead of refusing
   * @return whether it is gone
   */
  boolean remove(MappedDevice device, boolean deferred) throws Refusal {
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
   * @param marked only if it is marked so
   */
  private Removal tryRemove(MappedDevice device, boolean deferred, boolean marked) throws Refusal {
    checkPresent(device);
    checkJournal(device);
    if (!takeAway(device, marked)) {
      if (!deferred) {
        return Removal.BUSY;
      }
      mark(device, true);
      scheduleSweep();
      return Removal.MARKED;
    }
    suspendResume.end(device);
    devices.remove(device);
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
    return Removal.GONE;
  }

  /** A device whose journal file cannot go must not go either: it would come back. */
  private void checkJournal(MappedDevice device) throws Refusal {
    if (!journal.canChange()) {
      throw new Refusal(
          Errno.EROFS,
          device.description()
              + " stays: its file in "
              + journal.directory()
              + " cannot be removed");
    }
  }

  /** Has a device go with its last user, or not any more. */
  private void mark(MappedDevice device, boolean deferred) throws Refusal {
    synchronized (device) {
      boolean before = device.deferredRemove;
      device.deferredRemove = deferred;
      try {
        save(device);
      } catch (Refusal e) {
        device.deferredRemove = before;
        throw e;
      }
    }
  }

  private static boolean isMarked(MappedDevice device) {
    synchronized (device) {
      return device.deferredRemove;
    }
  }

  /** From here on the device goes; a deferred removal can be cancelled until then. */
  private boolean takeAway(MappedDevice device, boolean marked) {
    synchronized (exposure) {
      if (marked && !isMarked(device)) {
        return false;
      }
      // Whoever waits for a request has the device open. The loop driver must not be asked then: it
      // would wait too, and if the device that keeps the request is suspended, not even SIGKILL
      // would end the daemon.
      if (device.gate.hasRequests() || !device.refuseOpens()) {
        return false;
      }
      if (!exposure.remove(device.number().minor())) {
        device.allowOpens();
        return false;
      }
      return true;
    }
  }

  private String users(MappedDevice device) {
    List<String> users = new ArrayList<>();
    for (MappedDevice other : devices.all()) {
      if (other != device && other.sitsOn(device)) {
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
  void removeAll(boolean deferred) {
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

  /** Says that a caller has just come, which has its nodes there. */
  void callerCame(String nodeDirectory) {
    exposure.callerCame(nodeDirectory);
  }

  /** How many have the device open, as far as can be seen. */
  int openCount(MappedDevice device) {
    synchronized (exposure) {
      return device.opens() + exposure.openCount(device.number().minor());
    }
  }

  /** Makes a changed size or read-only state visible. */
  void show(MappedDevice device) throws Refusal {
    synchronized (exposure) {
      try {
        exposure.update(device.number().minor());
      } catch (IOException e) {
        throw new Refusal(
            Errno.EIO,
            device.description()
                + " has its new table, but its node does not show it: "
                + e.getMessage());
      }
    }
  }

  /** Freezes the file system on a device's node; requests must pass. */
  Frozen freeze(MappedDevice device) throws Refusal {
    try {
      return exposure.freeze(device.number().minor());
    } catch (FreezeException e) {
      throw new Refusal(e.errno(), device.description() + ": " + e.getMessage());
    }
  }

  // --- deferred removal --------------------------------------------------------------------------

  private void sweepSoon() {
    if (sweepWanted.get() && !sweeper.isShutdown()) {
      sweeper.execute(this::sweep);
    }
  }

  /** From now on looks at devices that shall go when they are closed, until there are none. */
  void scheduleSweep() {
    if (sweepWanted.compareAndSet(false, true)) {
      sweeper.schedule(this::sweepAgain, SWEEP_INTERVAL, TimeUnit.MILLISECONDS);
    }
  }

  private void sweepAgain() {
    sweepWanted.set(false);
    sweep();
    for (MappedDevice device : devices.all()) {
      if (isMarked(device)) {
        scheduleSweep();
        return;
      }
    }
  }

  /** Removes marked devices that nobody uses any more. */
  void sweep() {
    for (MappedDevice device : devices.all()) {
      // One whose suspend takes its time is looked at next time: the others need not wait for it.
      if (isMarked(device) && device.lifeLock.tryLock()) {
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

  // --- tables and journal
  // --------------------------------------------------------------------------

  /**
   * Makes a table.
   *
   * @param memories what the targets of a live table remembered that is brought back; else null
   */
  Table makeTable(
      MappedDevice owner,
      List<Rule> rules,
      List<String> memories,
      boolean readOnly,
      String directory,
      Map<String, Identity> remembered)
      throws Refusal {
    BooleanSupplier remember = () -> saveMemory(owner);
    return new TableLoader(
            owner, backings, shared, stacking, remember, readOnly, directory, remembered)
        .make(rules, memories);
  }

  /** Refuses what is asked of a device that somebody else has removed meanwhile. */
  static void checkPresent(MappedDevice device) throws Refusal {
    if (device.removed()) {
      throw new Refusal(Errno.ENXIO, device.name() + " has been removed");
    }
  }

  /** Journals a device as it is. */
  void save(MappedDevice device) throws Refusal {
    synchronized (device) {
      save(device, DeviceRecord.of(device));
    }
  }

  /** Journals a device as it is about to be; the caller holds its monitor. */
  void save(MappedDevice device, DeviceRecord record) throws Refusal {
    checkPresent(device); // or its file would be made again after it was deleted
    try {
      journal.write(device.journalFile, record);
    } catch (IOException e) {
      LOG.error("journal of {}: {}", device.description(), e.toString());
      throw new Refusal(Errno.EIO, "the journal of " + device.name() + " cannot be written: " + e);
    }
  }

  /** Stores a table in the inactive slot, in place of one that is there. */
  void load(MappedDevice device, List<Rule> rules, boolean readOnly, String directory)
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
   * Makes a table of the rules before one that makes no sense, and destroys it: a kernel meets what
   * is wrong with them first.
   */
  void tryTable(MappedDevice device, List<Rule> rules, boolean readOnly, String directory)
      throws Refusal {
    if (!rules.isEmpty()) {
      makeTable(device, rules, null, readOnly, directory, Map.of()).destroy();
    }
  }

  private Table store(MappedDevice device, Table table) throws Refusal {
    synchronized (device) {
      checkPresent(device);
      checkImmutable(device.live(), table);
      if (!device.typed) {
        new LiveTableCheck(table, device.word()).run();
      }
      Table replaced = device.inactive;
      boolean wasTyped = device.typed;
      device.inactive = table;
      device.typed = true;
      try {
        save(device);
      } catch (Refusal e) {
        device.inactive = replaced;
        device.typed = wasTyped;
        throw e;
      }
      if (device.lost != null) {
        device.lost = new Lost(device.lost.active(), null, device.lost.reason());
      }
      return replaced;
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
  void clear(MappedDevice device) throws Refusal {
    Table cleared;
    synchronized (device) {
      cleared = device.inactive;
      Lost lost = device.lost;
      device.inactive = null;
      if (lost != null) {
        device.lost = new Lost(lost.active(), null, lost.reason());
      }
      try {
        save(device);
      } catch (Refusal e) {
        device.inactive = cleared;
        device.lost = lost;
        throw e;
      }
    }
    if (cleared != null) {
      cleared.destroy();
    }
  }

  /** Gives a device another name, or the uuid that it did not have. */
  void rename(MappedDevice device, String value, boolean isUuid) throws Refusal {
    synchronized (device) {
      checkPresent(device);
      String before = device.name();
      if (isUuid) {
        devices.setUuid(device, value);
      } else {
        checkNode(device.nodeDirectory, value);
        devices.rename(device, value);
      }
      try {
        save(device);
      } catch (Refusal e) {
        if (isUuid) {
          devices.clearUuid(device);
        } else {
          devices.rename(device, before);
        }
        throw e;
      }
      if (device.live() != null) {
        device.raiseEvent();
      }
    }
  }

  /** Lets a device stay that was to go with its last user. */
  void cancelDeferredRemove(MappedDevice device) throws Refusal {
    synchronized (exposure) {
      synchronized (device) {
        if (device.removed() || device.refusesOpens()) {
          throw new Refusal(Errno.EBUSY, device.description() + " is being removed already");
        }
        mark(device, false);
      }
    }
  }

  /**
   * Tries again to bring back tables that could not be had when the engine started. The caller
   * holds the device's life lock.
   */
  void retryLost(MappedDevice device) {
    Lost lost;
    synchronized (device) {
      lost = device.lost;
    }
    if (lost != null) {
      new Restore(this).retry(device, lost);
    }
  }

  /** Makes everything durable that any device was given; errors are logged. */
  public void flushAll() {
    for (MappedDevice device : devices.all()) {
      Table table = device.use(false);
      if (table == null) {
        continue;
      }
      try {
        for (Backing below : table.devices()) {
          if (!(below instanceof MappedDevice)) {
            flush(below);
          }
        }
      } finally {
        table.endUse();
      }
    }
  }

  private static void flush(Backing backing) {
    if (backing.readOnly()) {
      return;
    }
    Outcome flushed = new BlockingIo(backing).flush();
    if (!flushed.isDone()) {
      LOG.error("flush of {}: {}", backing.description(), flushed);
    }
  }

  /**
   * Ends the engine's threads; devices stay in the journal. What their targets do from now on is
   * not journalled: the directory may soon be another engine's.
   */
  @Override
  public void close() {
    journalling.execute(() -> closed = true);
    journalling.flush();
    sweeper.shutdown();
  }
}
