package org.jdmsetup.engine.expose;

import java.io.IOException;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.expose.freeze.FreezeException;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.lock.RankedLock;
import org.jdmsetup.engine.nativeio.FileFacts;

/**
 * Gives mapped devices their numbers and, where the system allows, a block device node under that
 * number.
 *
 * <p>The control plane calls these methods under its own lock, never from a thread that serves
 * requests.
 */
public interface Exposure extends AutoCloseable {

  /**
   * Guards numbers and nodes, and what the control plane notes beside them. The methods below that
   * change or ask something take it themselves where they need it, so a caller may have it.
   */
  RankedLock lock();

  /** The major number of all devices of this exposure. */
  int major();

  /** Whether the numbers are those of block devices, for which clients make nodes. */
  boolean hasNodes();

  /**
   * Reserves a number for a new device, which may have size 0 as yet, and makes it reachable.
   *
   * @param name for people (the backing file's name); unique among the present devices
   * @param wantedMinor the minor to use, or -1 for any
   * @return the minor
   * @throws IOException when the wanted minor is taken or out of range, or no device can be had;
   *     the message says what was tried
   */
  int add(String name, BlockDevice device, int wantedMinor) throws IOException;

  /**
   * Makes a change of size, block size or the read-only state visible. May be called while the
   * device is suspended: must not wait for requests to it.
   */
  void update(int minor) throws IOException;

  /**
   * Takes the device away.
   *
   * @return false when some program or mount still has it open; nothing has changed then
   */
  boolean remove(int minor);

  /** Whether a file is one through which devices are shown: a table on it would sit on itself. */
  default boolean shows(FileFacts file) {
    return false;
  }

  /**
   * Says that a client has just connected: open counts from now on take in everything that happened
   * before this call.
   *
   * @param nodes the directory where it has its nodes, in byte text
   */
  void clientConnected(String nodes);

  /**
   * How many open files the device has as far as can be seen, now or a moment ago, but not before
   * the last {@link #clientConnected}: mounts, holders, descriptors. For people to read; {@link
   * #remove} asks again.
   */
  int openCount(int minor);

  /**
   * Keeps all others from opening the device's node exclusively, thus from mounting it, because a
   * table uses the device. Nothing to do where there is no node.
   *
   * @return 0, or an error number: EBUSY when somebody has mounted or else claimed it
   */
  int claim(int minor);

  /** Takes {@link #claim} back. */
  void releaseClaim(int minor);

  /**
   * Keeps the device's node open from now on, or stops doing so. It is wanted while requests may be
   * held for long: the last close of the node would wait for them, and everybody who opens the node
   * would wait for that close.
   */
  default void keepOpen(int minor, boolean wanted) {}

  /**
   * Sets the listener that is told when another program has taken a device's number and the device
   * has a new one. It is called with {@link #lock} held.
   */
  default void onNewNumber(NewNumber listener) {}

  /** See {@link #onNewNumber}. */
  interface NewNumber {
    void changed(int minorBefore, int minorNow);
  }

  /**
   * Freezes the file system that is mounted from the device's node, or writes out what is cached of
   * the node. Waits for requests to the device, so it is not called under the control plane's lock.
   *
   * @return null when there is nothing to thaw
   */
  Frozen freeze(int minor) throws FreezeException;

  /** Takes all devices away. What is frozen still is thawed. */
  @Override
  void close();
}
