package org.jdmsetup.engine.expose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * For a user who may not have block devices: gives out numbers that no real device has, so that
 * tables and reports can name a device. The data is reached over NBD.
 */
public final class NodelessExposure implements Exposure {
  private final RankedLock lock = new RankedLock(LockRank.EXPOSURE);

  private final int major;
  private final BitSet taken = new BitSet();

  public NodelessExposure() {
    major = unusedMajor();
  }

  /** The highest 8-bit block major that no driver registered. */
  private static int unusedMajor() {
    BitSet used = new BitSet();
    boolean block = false;
    for (String line : procDevices()) {
      if (line.equals("Block devices:")) {
        block = true;
      } else if (block && !line.isBlank()) {
        used.set(Integer.parseInt(line.strip().split(" ")[0]));
      }
    }
    return used.previousClearBit(255);
  }

  private static List<String> procDevices() {
    try {
      return Files.readAllLines(Path.of("/proc/devices"));
    } catch (IOException e) {
      // /proc is hidden: then nothing can be known of other numbers
      return List.of();
    }
  }

  @Override
  public RankedLock lock() {
    return lock;
  }

  @Override
  public int major() {
    return major;
  }

  @Override
  public boolean hasNodes() {
    return false;
  }

  @Override
  public int add(String name, BlockDevice device, int wantedMinor) throws IOException {
    lock.lock();
    try {
      if (wantedMinor > DeviceNumber.MAX_MINOR) {
        throw new IOException(
            "minor " + wantedMinor + " is not within 0.." + DeviceNumber.MAX_MINOR);
      }
      int minor = wantedMinor >= 0 ? wantedMinor : taken.nextClearBit(0);
      if (taken.get(minor)) {
        throw new IOException("minor " + minor + " is taken by another device");
      }
      taken.set(minor);
      return minor;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void update(int minor) {
    // nothing shows the size
  }

  @Override
  public boolean remove(int minor) {
    lock.lock();
    try {
      taken.clear(minor);
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clientConnected(String nodes) {
    // nothing is looked at
  }

  /** Always 0: what has no node cannot be opened through one. */
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
    // nothing was claimed
  }

  @Override
  public Frozen freeze(int minor) {
    return null;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
