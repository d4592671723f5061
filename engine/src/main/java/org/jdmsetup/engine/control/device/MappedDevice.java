package org.jdmsetup.engine.control.device;

import java.util.function.Consumer;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.CallDepth;
import org.jdmsetup.engine.block.IoGate;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.block.RequestList;
import org.jdmsetup.engine.block.Stage;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.table.OpenedBelow;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A mapped device: its name and number, its two table slots, and the gate that its requests pass.
 *
 * <p>{@link #submit} and the facts of {@link Backing} may be asked for by any thread. The rest is
 * the control plane's: fields that are not volatile are guarded by {@link #stateLock}; {@link
 * #lifeLock} is held while the device is suspended, resumed or removed, which may take long.
 */
public final class MappedDevice implements Backing {

  /** Restores the length of a request that a target has shortened. */
  private static final Stage RESTORE_LENGTH =
      (request, sectors) -> {
        request.sectors(sectors);
        return true;
      };

  private static final Limits NO_TABLE = Limits.ofDisk();

  /** Serializes suspend, resume and remove. */
  final RankedLock lifeLock = new RankedLock(LockRank.LIFE);

  /** Guards slots and flags. */
  final RankedLock stateLock = new RankedLock(LockRank.DEVICE);

  final IoGate gate = new IoGate();

  /** What its tables hold open. */
  final OpenedBelow below = new OpenedBelow();

  /** By tables and over NBD. */
  final OpenCount opens;

  private final Consumer<MappedDevice> releaser;
  private final DeviceEvents events;

  private volatile String name;
  private volatile String uuid;
  private volatile DeviceNumber number;
  private volatile Table live;
  private volatile boolean suspended;

  /** Whether it is suspended, or about to be: new requests are held, or soon will be. */
  volatile boolean holdsRequests;

  private volatile boolean removed;

  // Guarded by the state lock.
  Table inactive;
  boolean deferredRemove;

  /** Whether a table was ever loaded: from then on loads are checked at resume only. */
  boolean everLoaded;

  Geometry geometry;

  /**
   * Whether a restart restores it suspended. False while it is {@link #suspended()} only for the
   * moment: until its table is restored after a restart, during a swap of tables, or until its
   * targets are ready to resume.
   */
  boolean restoreSuspended;

  /** How many tables have the device open; guarded by {@link ExposedDevices#exposureLock}. */
  int tablesAbove;

  /** The frozen file system of a suspended device; null as a rule. Guarded by the life lock. */
  Frozen frozen;

  final String nodeDirectory;

  /** Name of the device's file in the journal. */
  final String journalFile;

  /**
   * Tables in the journal that could not be restored; null as a rule. Guarded by the state lock.
   */
  UnrestoredTables unrestored;

  /**
   * @param name byte text
   * @param uuid byte text, empty when there is none
   * @param nodeDirectory where its node is, in byte text
   * @param journalFile name of its file in the journal
   * @param global counts the device's events too
   * @param releaser what a table does that has used the device
   * @param onLastClose told when an open count that the engine keeps itself falls to 0
   */
  MappedDevice(
      String name,
      String uuid,
      String nodeDirectory,
      String journalFile,
      GlobalEvents global,
      Consumer<MappedDevice> releaser,
      Runnable onLastClose) {
    this.journalFile = journalFile;
    this.name = name;
    this.uuid = uuid;
    this.nodeDirectory = nodeDirectory;
    events = new DeviceEvents(global);
    this.releaser = releaser;
    opens = new OpenCount(onLastClose);
  }

  // --- requests --------------------------------------------------------------------------------

  /** Throws nothing: what is thrown below fails the request. */
  @Override
  public void submit(Request request) {
    int before = request.handOverCount();
    try {
      CallDepth calls = CallDepth.ofCurrentThread();
      if (!calls.enter()) {
        submitOnOtherThread(request);
        return;
      }
      try {
        submitThroughGate(request);
      } finally {
        calls.leave();
      }
    } catch (Throwable thrown) {
      request.failUnlessHandedOver(before, thrown);
    }
  }

  private void submitOnOtherThread(Request request) {
    CallDepth.runOnEmptyStack(() -> submit(request));
  }

  private void submitThroughGate(Request request) {
    request.reserveStage(); // who is counted in must be counted out
    while (!gate.enter()) {
      if (live == null) {
        request.complete(Outcome.EIO);
        return;
      }
      if (gate.defer(request)) {
        return;
      }
    }
    Table table = live;
    request.push(gate, request.sector());
    if (request.op() == Request.Op.DISCARD || request.op() == Request.Op.WRITE_ZEROES) {
      request.push(RESTORE_LENGTH, request.sectors());
    }
    if (table == null) {
      request.complete(Outcome.EIO); // mapping table unavailable
    } else {
      table.requests().submit(request);
    }
  }

  /** Submits requests that the gate held, in order. */
  void resubmit(RequestList kept) {
    kept.submitAllTo(this);
  }

  /** Fails requests that the gate holds, when nothing will ever serve them. */
  void failDeferred() {
    gate.takeDeferred().complete(Outcome.EIO);
  }

  @Override
  public long sizeSectors() {
    Table table = live;
    return table == null ? 0 : table.length().count();
  }

  @Override
  public int logicalBlockSize() {
    return limits().logicalBlockSize();
  }

  @Override
  public boolean readOnly() {
    Table table = live;
    return table != null && table.readOnly();
  }

  @Override
  public boolean supportsDiscard() {
    return limits().canDiscard();
  }

  @Override
  public long discardGranularityBytes() {
    return limits().discardGranularityBytes();
  }

  @Override
  public boolean supportsWriteZeroes() {
    return limits().canWriteZeroes();
  }

  @Override
  public Limits limits() {
    Table table = live;
    return table == null ? NO_TABLE : table.limits();
  }

  @Override
  public long extent(long sector, long sectors) {
    Table table = live;
    if (table == null || !table.retain()) {
      return -sectors;
    }
    try {
      return table.extent(sector, sectors);
    } finally {
      table.release();
    }
  }

  // --- identity --------------------------------------------------------------------------------

  public String name() {
    return name;
  }

  /** Empty when there is none. */
  public String uuid() {
    return uuid;
  }

  void rename(String newName) {
    name = newName;
  }

  void uuid(String newUuid) {
    uuid = newUuid;
  }

  @Override
  public DeviceNumber number() {
    return number;
  }

  void number(DeviceNumber assigned) {
    number = assigned;
  }

  @Override
  public Identity identity() {
    return Identity.ofDevice(journalFile);
  }

  @Override
  public String tableWord() {
    return number.toString();
  }

  @Override
  public String description() {
    return ByteText.unicode(name) + " (" + number + ")";
  }

  /** Whether the kernel would have a block device: from the first table that was loaded on. */
  boolean hasBlockDevice() {
    stateLock.lock();
    try {
      return everLoaded;
    } finally {
      stateLock.unlock();
    }
  }

  public DeviceEvents events() {
    return events;
  }

  // --- opens -----------------------------------------------------------------------------------

  @Override
  public boolean retain() {
    return opens.open();
  }

  @Override
  public void release() {
    releaser.accept(this);
  }

  // --- state -----------------------------------------------------------------------------------

  /** The live table, or null. */
  Table live() {
    return live;
  }

  /**
   * A slot's table, which is not destroyed before its {@link Table#release}; null when there is
   * none.
   */
  public Table retainTable(boolean inactiveSlot) {
    while (true) {
      Table table;
      stateLock.lock();
      try {
        table = inactiveSlot ? inactive : live;
      } finally {
        stateLock.unlock();
      }
      if (table == null || table.retain()) {
        return table;
      }
    }
  }

  /**
   * Its state.
   *
   * @param inactiveSlot whether the loaded table is asked about, or the live one
   */
  public DeviceStatus status(boolean inactiveSlot) {
    stateLock.lock();
    try {
      Table shown = inactiveSlot ? inactive : live;
      return new DeviceStatus(
          number,
          events.number(),
          suspended,
          deferredRemove,
          live != null,
          inactive != null,
          shown != null && shown.readOnly(),
          shown == null ? 0 : shown.size());
    } finally {
      stateLock.unlock();
    }
  }

  /** Puts a table into the active slot; the gate is closed, or there was none. */
  void live(Table table) {
    live = table;
  }

  boolean suspended() {
    return suspended;
  }

  void suspended(boolean now) {
    suspended = now;
  }

  public boolean removed() {
    return removed;
  }

  void markRemoved() {
    removed = true;
    events.deviceGoes();
  }
}
