package org.jdmsetup.engine.control;

import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.target.DeviceArea;
import org.jdmsetup.engine.target.Target;

/**
 * What a table's devices allow, combined as the kernel stacks queue limits ({@code
 * blk_stack_limits}): the part of it that a user of an engine device can see.
 *
 * @param logicalBlockSize in bytes, the largest of all devices, at least 512
 * @param discard whether every rule can discard
 * @param writeZeroes whether every rule can write zeroes without data
 */
record Limits(int logicalBlockSize, boolean discard, boolean writeZeroes) {

  /** Without any device. */
  static final Limits NONE = new Limits(512, false, false);

  static Limits of(Target[] targets) {
    int logicalBlockSize = 512;
    boolean discard = true;
    boolean writeZeroes = true;
    for (Target target : targets) {
      boolean devicesDiscard = !target.areas().isEmpty();
      boolean devicesZero = true;
      for (DeviceArea area : target.areas()) {
        logicalBlockSize = Math.max(logicalBlockSize, area.device().logicalBlockSize());
        devicesDiscard &= area.device().supportsDiscard();
        devicesZero &= area.device().supportsWriteZeroes();
      }
      discard &=
          target.copies(Request.Op.DISCARD) > 0 && (target.discardsSupported() || devicesDiscard);
      writeZeroes &= target.copies(Request.Op.WRITE_ZEROES) > 0 && devicesZero;
    }
    return new Limits(logicalBlockSize, discard, writeZeroes);
  }
}
