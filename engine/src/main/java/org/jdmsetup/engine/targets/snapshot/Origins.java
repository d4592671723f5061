package org.jdmsetup.engine.targets.snapshot;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jdmsetup.engine.backing.Backing;

/** The origins of an engine's snapshots, by the device itself: however tables name it. */
final class Origins {
  private final Map<Backing, Origin> origins = new IdentityHashMap<>();

  /** What a device is the origin of; the target has to {@link #release} it. */
  synchronized Origin take(Backing device) {
    Origin origin = origins.computeIfAbsent(device, Origin::new);
    origin.users++;
    return origin;
  }

  /** One target less. */
  synchronized void release(Origin origin) {
    if (--origin.users == 0) {
      origins.remove(origin.device());
    }
  }
}
