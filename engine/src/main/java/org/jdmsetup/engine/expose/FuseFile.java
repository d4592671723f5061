package org.jdmsetup.engine.expose;

import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.block.BlockDevice;

/** One device as a regular file of the FUSE mount. */
final class FuseFile {

  final long node;
  final String name;
  final BlockDevice device;
  final WriteGate gate = new WriteGate();

  /** How many times the file is open, the loop device's own descriptor included. */
  final AtomicInteger opens = new AtomicInteger();

  /**
   * Whether the device lately kept a request for later. A hint only, so a race does no harm: data
   * for such a device is copied out of the large receive buffer first.
   */
  boolean defers;

  FuseFile(long node, String name, BlockDevice device) {
    this.node = node;
    this.name = name;
    this.device = device;
  }

  /** Size in bytes. */
  long size() {
    return device.sizeSectors() << 9;
  }
}
