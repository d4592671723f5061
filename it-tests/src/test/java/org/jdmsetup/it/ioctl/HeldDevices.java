package org.jdmsetup.it.ioctl;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Numbers for the engine's devices as the kernel gives them: the major that the kernel has, the
 * lowest minor that is free. There are no nodes, but a device can be held open as if there were.
 */
final class HeldDevices implements Exposure {
  private final RankedLock lock = new RankedLock(LockRank.EXPOSURE);
  private final int major;
  private final Map<Integer, BlockDevice> devices = new TreeMap<>();

  HeldDevices(int major) {
    this.major = major;
  }

  /** The device with this number; null when there is none. */
  synchronized Backing device(int minor) {
    return (Backing) devices.get(minor);
  }

  @Override
  public RankedLock lock() {
    return lock;
  }

  @Override
  public int major() {
    return major;
  }

  /** None that clients make. */
  @Override
  public boolean hasNodes() {
    return false;
  }

  @Override
  public synchronized int add(String name, BlockDevice device, int wantedMinor) throws IOException {
    int minor = Math.max(wantedMinor, 0);
    if (wantedMinor > DeviceNumber.MAX_MINOR || wantedMinor >= 0 && devices.containsKey(minor)) {
      throw new IOException("minor " + wantedMinor + " cannot be had");
    }
    while (devices.containsKey(minor)) {
      minor++;
    }
    devices.put(minor, device);
    return minor;
  }

  @Override
  public void update(int minor) {
    // whoever asks for a device's size asks the device
  }

  @Override
  public synchronized boolean remove(int minor) {
    devices.remove(minor);
    return true;
  }

  @Override
  public void clientConnected(String nodes) {
    // nothing is looked at
  }

  /** Always 0: who holds a device here, the device itself counts. */
  @Override
  public int openCount(int minor) {
    return 0;
  }

  @Override
  public int claim(int minor) {
    return 0;
  }

  @Override
  public void releaseClaim(int minor) {
    // nobody was kept out
  }

  /** Nothing is mounted. */
  @Override
  public Frozen freeze(int minor) {
    return null;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
