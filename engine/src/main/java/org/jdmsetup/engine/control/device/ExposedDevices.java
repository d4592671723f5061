package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.journal.DeviceNode;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices and the {@link Exposure}: who has which number, where nodes are, what they show, and who
 * has them open.
 */
public final class ExposedDevices {
  private static final Logger LOG = LoggerFactory.getLogger(ExposedDevices.class);

  /** {@link Exposure#lock}. */
  final RankedLock exposureLock;

  private final Exposure exposure;
  private final Devices devices;
  private final Journalling journalling;
  private volatile Consumer<Renumbered> onRenumbered = device -> {};

  ExposedDevices(Exposure exposure, Devices devices, Journalling journalling) {
    this.exposure = exposure;
    exposureLock = exposure.lock();
    this.devices = devices;
    this.journalling = journalling;
    exposure.onNewNumber(this::renumber);
  }

  /** The major number of all devices. */
  int major() {
    return exposure.major();
  }

  /** Whether a file is one that the engine shows its devices by. */
  boolean shows(FileFacts facts) {
    return exposure.shows(facts);
  }

  /** Refuses a node where another device has one already. */
  void checkNode(String nodeDirectory, String name) throws Refusal {
    if (exposure.hasNodes()) {
      NodeConflict.check(nodeDirectory, name, devices);
    }
  }

  /** Has the exposure give the device its number; the caller holds {@link #exposureLock}. */
  void assignNumber(MappedDevice device, int minor) throws Refusal {
    assert exposureLock.isHeld();
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

  /** Undoes {@link #assignNumber}. */
  void releaseNumber(MappedDevice device) {
    exposureLock.lock();
    try {
      if (!exposure.remove(device.number().minor())) {
        LOG.error("number {} is in use and stays", device.number());
      }
    } finally {
      exposureLock.unlock();
    }
  }

  /**
   * Takes a device's number and node away; false when it is open. The caller holds {@link
   * #exposureLock}.
   */
  boolean remove(MappedDevice device) {
    assert exposureLock.isHeld();
    return exposure.remove(device.number().minor());
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
      journalling.save(device);
    } catch (Refusal e) {
      LOG.warn("a restart may look for another node of it: {}", e.getMessage());
    }
    onRenumbered.accept(new Renumbered(device.nodeDirectory, device.name(), before, now));
  }

  /** Where the nodes of all devices are; empty if they have none. */
  List<DeviceNode> nodes() {
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
  void onNewNumber(Consumer<Renumbered> replacer) {
    onRenumbered = replacer;
  }

  /**
   * Keeps others from mounting a device that a table has taken; 0 or an error number. The caller
   * holds {@link #exposureLock}.
   */
  int claim(MappedDevice device) {
    assert exposureLock.isHeld();
    return exposure.claim(device.number().minor());
  }

  /** Undoes {@link #claim}. */
  void releaseClaim(MappedDevice device) {
    assert exposureLock.isHeld();
    exposure.releaseClaim(device.number().minor());
  }

  /**
   * Keeps the nodes of a device and of all devices above it open while its requests may wait for
   * long, or stops doing so; see {@link Exposure#keepOpen}.
   */
  void keepNodesOpen(MappedDevice changed) {
    exposureLock.lock();
    try {
      exposure.keepOpen(changed.number().minor(), DeviceStack.mayStall(changed));
      if (changed.tablesAbove > 0) {
        for (MappedDevice device : devices.all()) {
          if (device != changed && DeviceStack.isOrLiesOn(device, changed)) {
            exposure.keepOpen(device.number().minor(), DeviceStack.mayStall(device));
          }
        }
      }
    } finally {
      exposureLock.unlock();
    }
  }

  /** Says that a client has just connected, which has its nodes there. */
  public void clientConnected(String nodeDirectory) {
    exposure.clientConnected(nodeDirectory);
  }

  /** How many have the device open, as far as can be seen. */
  public int openCount(MappedDevice device) {
    exposureLock.lock();
    try {
      return device.opens.get() + exposure.openCount(device.number().minor());
    } finally {
      exposureLock.unlock();
    }
  }

  /** Makes a changed size or read-only state visible. */
  void show(MappedDevice device) throws Refusal {
    exposureLock.lock();
    try {
      try {
        exposure.update(device.number().minor());
      } catch (IOException e) {
        throw new Refusal(
            Errno.EIO,
            device.description()
                + " has its new table, but its node does not show it: "
                + e.getMessage());
      }
    } finally {
      exposureLock.unlock();
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
}
