package org.jdmsetup.ioctl;

import java.util.List;
import org.jdmsetup.tables.ParsedTable;

/**
 * One request to the driver, as libdevmapper's {@code dm_task}: settings first, then {@link #run}.
 * Made by {@link DeviceMapper#task}. A task runs once.
 */
public final class DmTask {
  DmTask() {}

  /**
   * Which device.
   *
   * @throws DmException when a name or UUID is too long, cannot be mangled, or a path leads nowhere
   */
  public DmTask device(DeviceKey key) throws DmException {
    throw new UnsupportedOperationException();
  }

  /** The UUID of a device to create, beside its name. */
  public DmTask uuid(String uuid) throws DmException {
    throw new UnsupportedOperationException();
  }

  /** RENAME: the new name, as the user typed it. */
  public DmTask newName(String name) throws DmException {
    throw new UnsupportedOperationException();
  }

  /** RENAME: the UUID to set, as the user typed it. */
  public DmTask newUuid(String uuid) throws DmException {
    throw new UnsupportedOperationException();
  }

  /** RELOAD: the rules, which are not checked. */
  public DmTask targets(List<TargetSpec> targets) {
    throw new UnsupportedOperationException();
  }

  /**
   * RELOAD: the rules of a table. One that every kernel refuses fails as if the driver had refused
   * it, unless {@link Settings#forceLoad} is on.
   */
  public DmTask table(ParsedTable table) {
    throw new UnsupportedOperationException();
  }

  public DmTask readOnly(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** Drops NOFLUSH silently when the driver does not know it. */
  public DmTask noFlush(boolean on) {
    throw new UnsupportedOperationException();
  }

  public DmTask skipLockFs(boolean on) {
    throw new UnsupportedOperationException();
  }

  public DmTask noOpenCount(boolean on) {
    throw new UnsupportedOperationException();
  }

  public DmTask queryInactive(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** REMOVE, REMOVE_ALL: remove when the last user goes. */
  public DmTask deferred(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** REMOVE: try again for five seconds while the device is busy. */
  public DmTask retry(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** STATUS: measurements instead of status. */
  public DmTask imaMeasurement(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** NAMES: ask for UUIDs too. */
  public DmTask withUuids(boolean on) {
    throw new UnsupportedOperationException();
  }

  /** WAIT: return when the event number is no longer this. */
  public DmTask eventNr(int number) {
    throw new UnsupportedOperationException();
  }

  /** MESSAGE: to the target that holds this sector (unsigned). */
  public DmTask message(long sector, String text) {
    throw new UnsupportedOperationException();
  }

  /** SET_GEOMETRY: {@code cylinders heads sectors start}, passed on unchecked. */
  public DmTask geometry(String text) {
    throw new UnsupportedOperationException();
  }

  public DmTask owner(NodeOwner owner) {
    throw new UnsupportedOperationException();
  }

  public DmTask readAhead(ReadAhead readAhead) {
    throw new UnsupportedOperationException();
  }

  /** CREATE and RESUME: which of the two makes the node. */
  public DmTask addNode(AddNode when) {
    throw new UnsupportedOperationException();
  }

  /**
   * Issues the request.
   *
   * @throws DmException when it failed; its lines have been printed
   */
  public DmReply run() throws DmException {
    throw new UnsupportedOperationException();
  }
}
