package org.jdmsetup.engine.targets;

import java.util.function.Supplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceRef;

/** What a target has around it while it is made and afterwards. */
public interface TargetContext {

  /**
   * Opens a device for the table, once however often the table names it; it is released together
   * with the table. Only while the target is made.
   *
   * @param kernelText the kernel's text when that fails
   */
  default Backing open(DeviceRef device, String kernelText) throws TargetException {
    return open(device, !readOnly(), kernelText);
  }

  /** As {@link #open(DeviceRef, String)} for writing or not, however the table was loaded. */
  Backing open(DeviceRef device, boolean writable, String kernelText) throws TargetException;

  /** As {@link #open} for a target that answers {@code EINVAL} whatever the reason is. */
  default Backing openOrInvalid(DeviceRef device, String kernelText) throws TargetException {
    try {
      return open(device, kernelText);
    } catch (TargetException e) {
      throw e.as(Errno.EINVAL);
    }
  }

  /**
   * As {@link #open} for what the target writes of its own accord, which kernels let it do in a
   * read-only table, too. There it is opened for reading if it does not open for writing.
   */
  default Backing openToWrite(DeviceRef device, String kernelText) throws TargetException {
    return open(device, kernelText);
  }

  /**
   * Whether the mapped device is being suspended without waiting for what cannot be done now: then
   * requests may be completed with {@link org.jdmsetup.engine.block.Outcome#REQUEUE}. From any
   * thread; true from before {@link Target#presuspend} until no request is under way any more.
   */
  boolean noflushSuspending();

  /**
   * Counts an event of the mapped device and wakes those who wait for one; from any thread. Nothing
   * happens while the table is not the live one.
   */
  void raiseEvent();

  /**
   * Writes the target's state ({@link Target#savedState}) to the journal, durably. Call it before
   * acting on the state, and never on a thread that serves requests, because it waits.
   *
   * @return false when that fails: a restart would find what was remembered before
   */
  boolean saveState();

  /** Whether the table was loaded read-only. */
  boolean readOnly();

  /** The rule's first sector on the mapped device. */
  Sectors start();

  /** Length of the rule. */
  Sectors length();

  /**
   * For the rule of a table that was live when the engine ended and is restored: the target's
   * {@link Target#savedState}. What else it kept in memory, as a store that is not persistent does,
   * is lost. Null for a table that somebody loads.
   */
  String restoredState();

  /** Whether the rule comes back after the engine ended: then there is a {@link #restoredState}. */
  default boolean isRestored() {
    return restoredState() != null;
  }

  /** How the kernel names the mapped device in its texts: {@code major:minor}. */
  String deviceNumber();

  /**
   * What all targets of a family in one engine share, made when the first of them asks.
   *
   * @param type one object is kept for each
   */
  <T> T shared(Class<T> type, Supplier<T> first);
}
