package org.jdmsetup.ioctl.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmExceptions;
import org.jdmsetup.ioctl.EndingSignals;
import org.jdmsetup.ioctl.Libdevmapper;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.ioctl.driver.DriverChoice;
import org.jdmsetup.ioctl.driver.DriverUnavailableException;
import org.jdmsetup.ioctl.driver.EngineControl;
import org.jdmsetup.ioctl.driver.IdleEngine;
import org.jdmsetup.ioctl.node.DeviceNodes;
import org.jdmsetup.ioctl.node.ReadAheadFiles;
import org.jdmsetup.ioctl.node.StrayNodes;
import org.jdmsetup.ioctl.udev.Udev;
import org.jdmsetup.ioctl.udev.UdevCookies;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.text.ParsedTable;

/**
 * A session with a device-mapper driver. The driver is opened by the first task that needs it; when
 * that fails, every later task fails too, without further words. Not thread-safe.
 */
public final class DeviceMapper implements AutoCloseable {
  /** First minor version of the interface that sends cookies to udev. */
  static final int HAS_COOKIES = 15;

  private static final int BUFFER_SIZE = 16 * 1024;

  private final Settings settings;
  private final Consumer<String> messages;
  private final DmExceptions errors;
  private final Udev udev;
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
    this(settings, messages, driver, new Udev(settings, messages));
  }

  DeviceMapper(Settings settings, Consumer<String> messages, ControlDevice driver, Udev udev) {
    this.settings = settings;
    this.messages = messages;
    this.errors = new DmExceptions(messages);
    this.driver = driver;
    this.udev = udev;
  }

  public Settings settings() {
    return settings;
  }

  /** A new request. */
  public DmTask task(TaskType type) {
    return new DmTask(this, type);
  }

  /**
   * Makes a device, loads its table and resumes it; when a step fails, or a signal to end comes
   * between two, the device is removed again.
   *
   * @param wanted a CREATE with all that is to hold for the device: also what only resuming it
   *     brings about, like its read-ahead. It need not be run.
   * @param table without rules (or null): only the device is made
   * @return what the last step answered
   */
  public DmReply create(DmTask wanted, ParsedTable table) throws DmException {
    driver();
    negotiate();
    EndingSignals signals = settings.endingSignals();
    signals.hold();
    try {
      if (table == null || table.rules().isEmpty()) {
        syncsWithUdev(); // for what it says: a device without a table is no event to wait for
        return wanted.run();
      }
      return new DeviceCreation(this, wanted, table).run();
    } finally {
      if (signals.arrived()) {
        updateNodes();
      }
      if (nodes == null || nodes.areUpToDate()) {
        signals.release();
      }
    }
  }

  /** One line that says which driver this session speaks to; opens it. */
  public String description() throws DmException {
    return driver(TaskType.VERSION).description();
  }

  /** The major number of mapped devices; opens the driver. */
  public int major() throws DmException {
    return driver().major();
  }

  /**
   * The present read-ahead of a device; none if it cannot be read, which has been reported then.
   *
   * @param name as displayed
   */
  public Optional<Sectors> readAhead(String name, int major, int minor) {
    return hasNodes()
        ? new ReadAheadFiles(settings.nodeDirectory(), messages)
            .get(name, new DeviceNumber(major, minor))
        : Optional.empty();
  }

  /** Whether mapped devices are block devices; false for an engine that only serves NBD. */
  public boolean hasNodes() {
    return !(driver instanceof EngineControl engine) || engine.blockNodes();
  }

  /** Whether the driver is the engine; false before it is open. */
  public boolean isEngine() {
    return driver instanceof EngineControl || driver instanceof IdleEngine;
  }

  // --- udev ------------------------------------------------------------------------------------

  /** Says what there is to say about udev before the driver is needed. */
  public void reportUdevObstacles() {
    if (!isEngine()) {
      udev.reportObstacles();
    }
  }

  /**
   * Whether what this session does is synchronised with udev: it runs, the user lets us, the driver
   * is a kernel that passes cookies on. May open the kernel's driver; the engine, which no udev
   * knows of, is not started to find out.
   */
  public boolean syncsWithUdev() {
    if (isEngine() || !settings.udevDisabled() && driver == null && !openKernelIfChosen()) {
      return false;
    }
    return udev.mayBeWaitedFor() && passesCookiesOn() && settings.udevSync() && udev.answers();
  }

  /** Opens the kernel's driver if that is the choice; whether it is open then. */
  private boolean openKernelIfChosen() {
    if (unusable != null) {
      return false;
    }
    try {
      driver = new DriverChoice(settings, messages).openKernel();
      return driver != null;
    } catch (DriverUnavailableException e) {
      unusable = errors.report(e.errno(), e.lines(), e.reason());
      return false;
    }
  }

  private boolean passesCookiesOn() {
    if (unusable != null) {
      return false;
    }
    try {
      negotiate();
      return driverMinor >= HAS_COOKIES;
    } catch (DmException e) {
      return false;
    }
  }

  /**
   * Makes a cookie for several commands to share.
   *
   * @return 0 where there is no udev to synchronise with
   */
  public int createCookie() throws DmException {
    return syncsWithUdev() ? udev.cookies().create() : 0;
  }

  /** Waits until udev has done all that bears a cookie, and takes the cookie away. */
  public void releaseCookie(int cookie) throws DmException {
    if (syncsWithUdev()) {
      udev.cookies().await(cookie);
    }
    updateNodes();
  }

  /** Says that something that bears a cookie is done: what udev's rules do. */
  public void completeCookie(int cookie) throws DmException {
    if (syncsWithUdev()) {
      udev.cookies().completeStep(cookie);
    }
  }

  Udev udev() {
    return udev;
  }

  public UdevCookies cookies() {
    return udev.cookies();
  }

  /** Whether nodes are left to udev; not those of the engine, which udev does not know. */
  boolean udevMakesNodes() {
    return !isEngine() && udev.makesNodes();
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
    settings.endingSignals().release();
    if (driver != null) {
      driver.close();
    }
  }

  // --- what tasks stand on ---------------------------------------------------------------------

  /**
   * A session with the same driver for questions whose failures concern nobody, which prints
   * nothing. Not to be closed.
   *
   * @throws DmException when the driver cannot be had, which is said as any task would say it
   */
  public DeviceMapper silent() throws DmException {
    driver(TaskType.NAMES); // it only asks
    negotiate();
    return silentCopy();
  }

  /** As {@link #silent()} once the driver is in use. */
  DeviceMapper silentCopy() {
    DeviceMapper copy = new DeviceMapper(settings, line -> {}, driver);
    copy.negotiated = true;
    copy.driverMinor = driverMinor;
    copy.doublings = doublings;
    return copy;
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

  /** The driver, for whatever comes. */
  ControlDevice driver() throws DmException {
    return driver(null);
  }

  /** The driver, for a task of this type. */
  ControlDevice driver(TaskType type) throws DmException {
    if (unusable != null) {
      throw new DmException(unusable.errno(), unusable.getMessage(), List.of());
    }
    boolean left = driver instanceof IdleEngine idle && !idle.serves(type);
    if (driver == null || left) {
      try {
        DriverChoice choice = new DriverChoice(settings, messages);
        driver = left ? choice.engine(type) : choice.open(type);
        nodes = null; // those of no device
        if (!left) {
          removeStrayNodes();
        }
      } catch (DriverUnavailableException e) {
        unusable = errors.report(e.errno(), e.lines(), e.reason());
        throw unusable;
      }
    }
    return driver;
  }

  /** Before anything is asked of the engine. Where there is a kernel's driver, nodes are udev's. */
  private void removeStrayNodes() {
    if (isEngine()) {
      new StrayNodes(settings.nodeDirectory(), this::ownDevices, messages).remove();
    }
  }

  private List<ListedDevice> ownDevices() throws DmException {
    return silentCopy().task(TaskType.NAMES).run().devices();
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
        messages.accept(Libdevmapper.INCOMPATIBLE);
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
