package org.jdmsetup.ioctl;

import java.util.function.Consumer;
import org.jdmsetup.tables.ParsedTable;

/**
 * A session with a device-mapper driver. The driver is opened by the first task that needs it. Not
 * thread-safe.
 */
public final class DeviceMapper implements AutoCloseable {

  /**
   * @param messages receives what libdevmapper prints on standard error, a line (byte text, no
   *     newline) at a time
   */
  public DeviceMapper(Settings settings, Consumer<String> messages) {}

  /** A session with a given driver, which {@link #close} closes. */
  public DeviceMapper(Settings settings, Consumer<String> messages, ControlDevice driver) {}

  /** A new request. */
  public DmTask task(TaskType type) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a device, loads its table and resumes it; when a step fails, the device is removed again.
   *
   * @param table without rules (or null): only the device is made
   * @return what the last step answered
   */
  public DmReply create(NewDevice device, ParsedTable table) throws DmException {
    throw new UnsupportedOperationException();
  }

  /** One line that says which driver this session speaks to; opens it. */
  public String driver() throws DmException {
    throw new UnsupportedOperationException();
  }

  /** The number of device mapper's major; opens the driver. */
  public int major() throws DmException {
    throw new UnsupportedOperationException();
  }

  /**
   * The present read-ahead of a device in sectors; -1 if it cannot be read, which has been reported
   * then.
   *
   * @param name as displayed
   */
  public int readAhead(String name, int major, int minor) {
    throw new UnsupportedOperationException();
  }

  /** Carries out the pending changes of device nodes. */
  public void updateNodes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
