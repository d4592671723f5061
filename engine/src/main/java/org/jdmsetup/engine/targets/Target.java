package org.jdmsetup.engine.targets;

import java.util.List;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/**
 * One rule of a live table: what becomes of the requests to its sectors.
 *
 * <p>Requests come from any thread and many at a time; the hooks are called by the control plane,
 * one at a time, and so are messages. The texts may be asked for at any time.
 */
public interface Target {

  /**
   * Serves a request: completes it, passes it on to a device, or keeps it to complete it later;
   * never waits for another request.
   *
   * @param request within the rule, its sector counted from the rule's start. A read or write does
   *     not cross a multiple of {@link #maxIoLength}
   * @param copy which of the {@link #copies} of a flush, discard or write-zeroes this is, from 0
   */
  void submit(Request request, int copy);

  /** Reads and writes are cut at multiples of this; {@link Sectors#ZERO} when they are not cut. */
  default Sectors maxIoLength() {
    return Sectors.ZERO;
  }

  /**
   * What is known of the space behind the beginning of a range of the rule, as in {@link
   * org.jdmsetup.engine.block.BlockDevice#extent}.
   */
  default long extent(long sector, long sectors) {
    return -sectors;
  }

  /**
   * How many copies of a flush, discard or write-zeroes the target wants (spec: {@code
   * num_flush_bios} and its siblings). 0: a flush has nothing to do here, the others are not
   * supported.
   */
  int copies(Request.Op op);

  /** Whether discards are possible whatever the devices below can do. */
  default boolean discardsSupported() {
    return false;
  }

  /**
   * Whether a flush of this target only flushes its devices; then a device that several such rules
   * share is flushed once.
   */
  default boolean flushesDevicesOnly() {
    return false;
  }

  /** The parts of devices that the target covers, for limits and for the check of their sizes. */
  default List<DeviceArea> areas() {
    return List.of();
  }

  /**
   * Adjusts what requests the rule wants, after its devices have been combined (spec: {@code
   * io_hints}).
   */
  default void ioHints(Limits limits) {}

  /** The state, as {@code dmsetup status} prints it after the target's name; byte text. */
  default String info() {
    return "";
  }

  /**
   * What a kernel's integrity measurement (IMA) records of the rule after the target's name and
   * version: begins with a comma, ends with a semicolon. Empty for a target of which nothing is
   * recorded, not even name and version. Byte text.
   */
  default String measurement() {
    return "";
  }

  /** The parameters, as {@code dmsetup table} prints them; byte text. */
  default String table() {
    return "";
  }

  /**
   * Handles a message.
   *
   * @param words at least one, byte text
   * @return the answer, null when there is none
   */
  default String message(List<String> words) throws TargetException {
    throw new TargetException(
        Errno.EINVAL, "Target type does not support messages", "found " + words.get(0));
  }

  /**
   * State that is neither in the parameters nor on the devices, and that the target needs after a
   * restart of the engine: one line of byte text. Null for a target without such state. Journalled
   * after each event and when the target wants it ({@link TargetContext#saveState}).
   */
  default String savedState() {
    return null;
  }

  /**
   * Called before new requests are deferred for a suspend. From here on the target must keep none:
   * it completes those that it holds; in a noflush suspend ({@link
   * TargetContext#noflushSuspending}) those that it cannot serve are completed with {@link
   * org.jdmsetup.engine.block.Outcome#REQUEUE}.
   */
  default void presuspend() {}

  /** Called instead of {@link #postsuspend} when the suspend did not succeed. */
  default void presuspendUndo() {}

  /** Called when all requests have finished. */
  default void postsuspend() {}

  /** Called before the target serves requests, on every resume; may refuse. */
  default void preresume() throws TargetException {}

  /** Called when nothing can refuse the resume any more. */
  default void resume() {}

  /** The table is gone; the caller releases its devices. */
  default void close() {}
}
