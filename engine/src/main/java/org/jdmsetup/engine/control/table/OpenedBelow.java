package org.jdmsetup.engine.control.table;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.lock.LockRank;
import org.jdmsetup.engine.lock.RankedLock;

/**
 * What the tables of one mapped device hold open below it: each device once for reading and once
 * for writing too, however many tables name it, so that open counts are the kernel's ({@code
 * dm_get_table_device}). Safe to use from any thread.
 */
public final class OpenedBelow {
  private final RankedLock lock = new RankedLock(LockRank.OPENED);
  private final Map<Opened, Integer> tables = new HashMap<>();

  private record Opened(Backing device, boolean readOnly) {}

  /**
   * One more table uses a device, for which the caller has taken it. If another table has it open
   * already, that second reference is released at once, after this object's lock: to release a
   * device takes a lock that comes before this one.
   */
  public void add(Backing device, boolean readOnly) {
    boolean first;
    lock.lock();
    try {
      first = tables.merge(new Opened(device, readOnly), 1, Integer::sum) == 1;
    } finally {
      lock.unlock();
    }
    if (!first) {
      device.release();
    }
  }

  /** The devices that are open. */
  public Set<Backing> devices() {
    Set<Backing> devices = Collections.newSetFromMap(new IdentityHashMap<>());
    lock.lock();
    try {
      tables.keySet().forEach(opened -> devices.add(opened.device()));
    } finally {
      lock.unlock();
    }
    return devices;
  }

  /** One table less uses the device; releases it if that was the last. */
  public void remove(Backing device, boolean readOnly) {
    Opened opened = new Opened(device, readOnly);
    boolean last;
    lock.lock();
    try {
      last = tables.merge(opened, -1, Integer::sum) == 0;
      if (last) {
        tables.remove(opened);
      }
    } finally {
      lock.unlock();
    }
    if (last) {
      device.release();
    }
  }
}
