package org.jdmsetup.engine.control.table;

import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.Sectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of rules and tables: those of the devices below, combined, and adjusted by targets
 * ({@code dm_calculate_queue_limits} and {@code dm_table_set_restrictions} in the kernel). What
 * does not fit is a warning in the log, as in the kernel.
 */
final class StackedLimits {
  private static final Logger LOG = LoggerFactory.getLogger(StackedLimits.class);

  private StackedLimits() {}

  /** What the devices of a rule want together. */
  static Limits ofDevices(Target target) {
    return ofDevices(target, false);
  }

  private static Limits ofDevices(Target target, boolean warn) {
    Limits limits = Limits.forStacking();
    for (DeviceArea area : target.areas()) {
      Backing device = area.device();
      boolean fits = limits.stack(device.limits(), device.limitsStart().plus(area.start()));
      if (!fits && warn) {
        LOG.warn(
            "adding target device {} caused an alignment inconsistency: {}, start={}",
            device.description(),
            limits,
            area.start());
      }
    }
    return limits;
  }

  /** The same with what the target makes of it. */
  static Limits ofRule(Target target) {
    Limits limits = ofDevices(target);
    target.ioHints(limits);
    return limits;
  }

  static Limits ofTable(Target[] targets) {
    Limits limits = Limits.forStacking();
    boolean discard = true;
    boolean writeZeroes = true;
    for (Target target : targets) {
      Limits rule = ofDevices(target, true);
      target.ioHints(rule);
      limits.stack(rule, Sectors.ZERO);
      discard &=
          target.copies(Request.Op.DISCARD) > 0
              && (target.discardsSupported() || devicesDiscard(target));
      writeZeroes &= target.copies(Request.Op.WRITE_ZEROES) > 0 && devicesWriteZeroes(target);
    }
    if (!discard) {
      limits.disableDiscard();
    }
    if (!writeZeroes) {
      limits.maxWriteZeroesSectors(0);
    }
    return limits;
  }

  private static boolean devicesDiscard(Target target) {
    for (DeviceArea area : target.areas()) {
      if (!area.device().limits().canDiscard()) {
        return false;
      }
    }
    return !target.areas().isEmpty();
  }

  private static boolean devicesWriteZeroes(Target target) {
    for (DeviceArea area : target.areas()) {
      if (!area.device().limits().canWriteZeroes()) {
        return false;
      }
    }
    return true;
  }
}
