package org.jdmsetup.engine.control.device;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jdmsetup.engine.backing.Backing;

/**
 * How the engine's devices are stacked: a device lies on those that its tables name, live, loaded,
 * or being made. Safe to use from any thread; others may change what is below meanwhile.
 */
final class DeviceStack {
  private DeviceStack() {}

  /** Whether a device lies directly on another one. */
  static boolean liesOn(MappedDevice device, MappedDevice other) {
    return device.below.devices().contains(other);
  }

  /** Whether a device is another one, or lies on it at any depth. */
  static boolean isOrLiesOn(MappedDevice device, MappedDevice other) {
    return any(device, each -> each == other);
  }

  /** Whether requests may wait for long, in a device or at whatever depth below it. */
  static boolean mayStall(MappedDevice device) {
    return any(device, each -> each.holdsRequests);
  }

  /** Looks at a device and all that are below it. */
  private static boolean any(MappedDevice top, Predicate<MappedDevice> wanted) {
    Set<Backing> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<MappedDevice> left = new ArrayDeque<>();
    left.add(top);
    while (!left.isEmpty()) {
      MappedDevice device = left.remove();
      if (wanted.test(device)) {
        return true;
      }
      for (Backing each : device.below.devices()) {
        if (each instanceof MappedDevice next && seen.add(next)) {
          left.add(next);
        }
      }
    }
    return false;
  }
}
