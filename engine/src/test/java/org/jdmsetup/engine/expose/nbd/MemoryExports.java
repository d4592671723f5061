package org.jdmsetup.engine.expose.nbd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.expose.MemoryDevice;

/** Devices by name, with a count of openers, as the control plane has. */
public final class MemoryExports implements Exports {

  private final Map<String, MemoryDevice> devices = new TreeMap<>();
  private int open;

  synchronized MemoryDevice add(String name, MemoryDevice device) {
    devices.put(name, device);
    return device;
  }

  @Override
  public synchronized List<String> names() {
    return new ArrayList<>(devices.keySet());
  }

  @Override
  public synchronized Export open(String name) {
    MemoryDevice device = devices.get(name);
    if (device == null) {
      return null;
    }
    open++;
    return new Export() {
      @Override
      public MemoryDevice device() {
        return device;
      }

      @Override
      public void close() {
        synchronized (MemoryExports.this) {
          open--;
          MemoryExports.this.notifyAll();
        }
      }
    };
  }

  synchronized int openers() {
    return open;
  }

  synchronized void awaitNoOpeners() throws InterruptedException {
    while (open > 0) {
      wait();
    }
  }
}
