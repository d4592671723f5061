package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Backings;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.DeviceNode;
import org.jdmsetup.engine.control.journal.Geometry;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: its devices, and the parts that do things to them. {@link ExposedDevices} gives them
 * numbers and nodes, {@link TableSlots} makes tables and puts them into slots, {@link
 * SuspendResume} makes them live, {@link DeviceRemoval} ends devices, {@link Journalling} and
 * {@link Restore} bring them back with the next daemon. The operations of the control protocol are
 * built of these.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  public final GlobalEvents events = new GlobalEvents();
  final Journalling journalling;
  public final ExposedDevices exposed;
  final Backings backings;
  public final TableSlots slots;
  final RequestFlow flow;
  public final SuspendResume suspendResume;
  public final DeviceRemoval removal;
  private final Devices devices = new Devices();
  private final DevicesBelow below;

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
    journalling = new Journalling(journal);
    exposed = new ExposedDevices(exposure, devices, journalling);
    below = new DevicesBelow(devices, exposed, runDirectory);
    backings = new Backings(below, others);
    slots = new TableSlots(backings, journalling);
    flow = new RequestFlow(exposed);
    suspendResume = new SuspendResume(this, flow);
    removal = new DeviceRemoval(devices, exposed, journalling);
  }

  /** All devices. */
  public Devices devices() {
    return devices;
  }

  /** The major number of all devices. */
  public int major() {
    return exposed.major();
  }

  /** Where the nodes of all devices are; empty if they have none. */
  public List<DeviceNode> nodes() {
    return exposed.nodes();
  }

  /** Who replaces the nodes of a device that has got another number while it is used. */
  public void onNewNumber(Consumer<Renumbered> replacer) {
    exposed.onNewNumber(replacer);
  }

  /** Brings devices back from the journal; before anything else is asked of the engine. */
  public RestoreResult restore() throws IOException {
    return new Restore(this).run();
  }

  /**
   * Makes a device without table.
   *
   * @param minor the wanted one, or -1
   */
  public MappedDevice create(String name, String uuid, int minor, String nodeDirectory)
      throws Refusal {
    exposed.exposureLock.lock();
    try {
      if (minor >= 0 && devices.numbered(new DeviceNumber(exposed.major(), minor)) != null) {
        throw new Refusal(Errno.ENXIO, "minor " + minor + " is taken by another device");
      }
      devices.checkFree(name, uuid);
      exposed.checkNode(nodeDirectory, name);
      MappedDevice device = newDevice(name, uuid, nodeDirectory, journalling.journal().newFile());
      exposed.assignNumber(device, minor);
      try {
        devices.add(device);
        journalling.save(device);
      } catch (Refusal e) {
        devices.remove(device);
        exposed.releaseNumber(device);
        throw e;
      }
      return device;
    } finally {
      exposed.exposureLock.unlock();
    }
  }

  MappedDevice newDevice(String name, String uuid, String nodeDirectory, String journalFile) {
    MappedDevice device =
        new MappedDevice(
            name, uuid, nodeDirectory, journalFile, events, below::release, removal::sweepSoon);
    journalling.watch(device);
    return device;
  }

  /** Gives a device another name, or the uuid that it did not have. */
  public void rename(MappedDevice device, String value, boolean isUuid) throws Refusal {
    device.stateLock.lock();
    try {
      Journalling.checkPresent(device);
      String before = device.name();
      if (isUuid) {
        devices.setUuid(device, value);
      } else {
        exposed.checkNode(device.nodeDirectory, value);
        devices.rename(device, value);
      }
      try {
        journalling.save(device);
      } catch (Refusal e) {
        if (isUuid) {
          devices.clearUuid(device);
        } else {
          devices.rename(device, before);
        }
        throw e;
      }
      if (device.live() != null) {
        device.events().raise();
      }
    } finally {
      device.stateLock.unlock();
    }
  }

  /** Gives a device the geometry that programs of old ask for. */
  public void setGeometry(MappedDevice device, Geometry geometry) throws Refusal {
    device.stateLock.lock();
    try {
      Geometry before = device.geometry;
      device.geometry = geometry;
      try {
        journalling.save(device);
      } catch (Refusal e) {
        device.geometry = before;
        throw e;
      }
    } finally {
      device.stateLock.unlock();
    }
  }

  /**
   * Tries again to bring back tables that could not be had when the engine started. The caller
   * holds the device's life lock.
   */
  void retryRestore(MappedDevice device) {
    UnrestoredTables unrestored;
    device.stateLock.lock();
    try {
      unrestored = device.unrestored;
    } finally {
      device.stateLock.unlock();
    }
    if (unrestored != null) {
      TableRestore.of(this).retry(device, unrestored);
    }
  }

  /** Makes everything durable that any device was given; errors are logged. */
  public void flushAll() {
    for (MappedDevice device : devices.all()) {
      Table table = device.retainTable(false);
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
        table.release();
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
    journalling.close();
    removal.close();
  }
}
