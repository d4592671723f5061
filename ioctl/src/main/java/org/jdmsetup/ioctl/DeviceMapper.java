package org.jdmsetup.ioctl;

import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.tables.DeviceNumber;
import org.jdmsetup.tables.ParsedTable;

/**
 * A session with a device-mapper driver. The driver is opened by the first task that needs it; when
 * that fails, every later task fails too, without further words. Not thread-safe.
 */
public final class DeviceMapper implements AutoCloseable {
  /** The version of libdevmapper whose behaviour this is, as {@code dmsetup version} prints it. */
  public static final String LIBRARY_VERSION = "1.02.185 (2022-05-18)";

  /** What libdevmapper says whenever the driver's version cannot be had. */
  static final String INCOMPATIBLE =
      "Incompatible libdevmapper " + LIBRARY_VERSION + " and kernel driver (unknown version).";

  private static final int BUFFER_SIZE = 16 * 1024;

  private final Settings settings;
  private final Consumer<String> messages;
  private final DmExceptions errors;
  private ControlDevice driver;
  private DeviceNodes nodes;
  private DmException unusable;
  private boolean negotiated;
  private int driverMinor;
  private int doublings;

  /**
   * @param messages receives what libdevmapper prints on standard error, a line (byte text, no
   *     newline) at a time
   */
  public DeviceMapper(Settings settings, Consumer<String> messages) {
    this(settings, messages, null);
  }

  /** A session with a given driver, which {@link #close} closes. */
  public DeviceMapper(Settings settings, Consumer<String> messages, ControlDevice driver) {
    this.settings = settings;
    this.messages = messages;
    this.errors = new DmExceptions(messages);
    this.driver = driver;
  }

  public Settings settings() {
    return settings;
  }

  /** A new request. */
  public DmTask task(TaskType type) {
    return new DmTask(this, type);
  }

  /**
   * Makes a device, loads its table and resumes it; when a step fails, the device is removed again.
   *
   * @param table without rules (or null): only the device is made
   * @return what the last step answered
   */
  public DmReply create(NewDevice device, ParsedTable table) throws DmException {
    DeviceKey number = DeviceKey.number(device.major, device.minor);
    DmTask create =
        task(TaskType.CREATE)
            .device(DeviceKey.name(device.name))
            .uuid(device.uuid)
            .owner(device.owner)
            .addNode(device.addNode);
    if (table == null || table.rules().isEmpty()) {
      return create
          .device(number)
          .readOnly(device.readOnly)
          .noOpenCount(device.noOpenCount)
          .queryInactive(device.queryInactive)
          .run();
    }
    DmReply created = create.device(DeviceKey.number(-1, device.minor)).run();
    try {
      task(TaskType.RELOAD)
          .device(DeviceKey.exactName(create.name))
          .device(DeviceKey.number(created.info().major(), created.info().minor()))
          .readOnly(device.readOnly)
          .table(table)
          .run();
      return task(TaskType.RESUME)
          .device(DeviceKey.exactName(create.name))
          .device(number)
          .readOnly(device.readOnly)
          .noOpenCount(device.noOpenCount)
          .queryInactive(device.queryInactive)
          .owner(device.owner)
          .addNode(device.addNode)
          .readAhead(device.readAhead)
          .run();
    } catch (DmException e) {
      revert(create.name);
      throw e;
    }
  }

  private void revert(String name) {
    try {
      task(TaskType.REMOVE).device(DeviceKey.exactName(name)).run();
    } catch (DmException e) {
      messages.accept("Failed to revert device creation.");
    }
  }

  /** One line that says which driver this session speaks to; opens it. */
  public String description() throws DmException {
    return driver().description();
  }

  /** The major number of mapped devices; opens the driver. */
  public int major() throws DmException {
    return driver().major();
  }

  /**
   * The present read-ahead of a device in sectors; -1 if it cannot be read, which has been reported
   * then.
   *
   * @param name as displayed
   */
  public int readAhead(String name, int major, int minor) {
    return hasNodes()
        ? new ReadAheadFiles(settings.nodeDirectory(), messages)
            .get(name, new DeviceNumber(major, minor))
        : -1;
  }

  /** Whether mapped devices are block devices; false for an engine that only serves NBD. */
  public boolean hasNodes() {
    return !(driver instanceof EngineControl engine) || engine.blockNodes();
  }

  /** Whether the driver is the engine; false before it is open. */
  public boolean isEngine() {
    return driver instanceof EngineControl;
  }

  /** Carries out the pending changes of device nodes. */
  public void updateNodes() {
    if (nodes != null) {
      nodes.update();
    }
  }

  @Override
  public void close() {
    updateNodes();
    if (driver != null) {
      driver.close();
    }
  }

  // --- what tasks stand on ---------------------------------------------------------------------

  /** The same driver, for questions whose failures concern nobody. Not to be closed. */
  DeviceMapper quiet() {
    DeviceMapper quiet = new DeviceMapper(settings, line -> {}, driver);
    quiet.negotiated = true;
    quiet.driverMinor = driverMinor;
    quiet.doublings = doublings;
    return quiet;
  }

  DmExceptions errors() {
    return errors;
  }

  void message(String line) {
    messages.accept(line);
  }

  DeviceNodes nodes() {
    if (nodes == null) {
      nodes = new DeviceNodes(hasNodes() ? settings.nodeDirectory() : null, messages);
    }
    return nodes;
  }

  ControlDevice driver() throws DmException {
    if (unusable != null) {
      throw new DmException(unusable.errno(), unusable.getMessage(), List.of());
    }
    if (driver == null) {
      try {
        driver = new DriverChoice(settings, messages).open();
      } catch (DriverUnavailableException e) {
        unusable = errors.report(e.errno(), e.lines(), e.reason());
        throw unusable;
      }
    }
    return driver;
  }

  /** Asks the driver for its version, once. */
  void negotiate() throws DmException {
    if (negotiated) {
      return;
    }
    negotiated = true;
    try {
      driverMinor = Integer.parseInt(task(TaskType.VERSION).run().driverVersion().split("\\.")[1]);
    } catch (DmException e) {
      if (unusable == null) {
        messages.accept(INCOMPATIBLE);
      }
      unusable = e;
      throw e;
    }
  }

  /** The minor version of the driver's interface; 0 before {@link #negotiate}. */
  int driverMinor() {
    return driverMinor;
  }

  /** Size of buffers for requests whose payload fits. */
  long bufferSize() {
    return (long) BUFFER_SIZE << doublings;
  }

  /** False when buffers are as large as they can be. */
  boolean doubleBuffers() {
    if (bufferSize() >= DmBuffer.MAX_SIZE) {
      return false;
    }
    doublings++;
    return true;
  }
}
