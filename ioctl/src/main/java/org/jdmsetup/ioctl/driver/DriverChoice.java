package org.jdmsetup.ioctl.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.Backend;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/**
 * Opens the driver that a session speaks to. AUTO is the kernel wherever it has device mapper that
 * this process may reach, else the engine:
 *
 * <ul>
 *   <li>the control node is there: the kernel, unless nothing is behind the node. If it may not be
 *       opened, that is an error with a hint: devices never silently come from another driver than
 *       expected;
 *   <li>it is not there: it is made and opened, as libdevmapper does; opening it has the kernel
 *       load the module if it has one. So the choice does not depend on whether somebody has loaded
 *       the module before. Where this is not allowed (an unprivileged user, a container that was
 *       given no such device), or nothing is behind the node, the engine is chosen, and the node is
 *       taken away.
 * </ul>
 */
public final class DriverChoice {
  private final Settings settings;
  private final Consumer<String> messages;

  public DriverChoice(Settings settings, Consumer<String> messages) {
    this.settings = settings;
    this.messages = messages;
  }

  /**
   * Opens the driver.
   *
   * @param first the type of the first task; null if tasks of any type may come
   */
  public ControlDevice open(TaskType first) throws DriverUnavailableException {
    ControlDevice kernel = openKernel();
    return kernel == null ? engine(first) : kernel;
  }

  /**
   * Opens the engine; its daemon only where that is needed.
   *
   * @param first as with {@link #open}
   */
  public ControlDevice engine(TaskType first) throws DriverUnavailableException {
    RunDirectory directory = RunDirectory.ofProcess();
    IdleEngine idle = settings.keepEngine() ? null : IdleEngine.ifIdle(directory);
    return idle != null && idle.serves(first) ? idle : connectToDaemon(directory);
  }

  /**
   * Opens the kernel's driver if that is the choice; null if it is the engine, which is not opened.
   */
  public ControlDevice openKernel() throws DriverUnavailableException {
    switch (settings.backend()) {
      case KERNEL:
        return KernelControl.open(settings.nodeDirectory());
      case ENGINE:
        return null;
      default:
        return kernelIfAny();
    }
  }

  private ControlDevice kernelIfAny() throws DriverUnavailableException {
    Path node = Path.of(ByteText.unicode(KernelControl.path(settings.nodeDirectory())));
    boolean present = Files.exists(node, LinkOption.NOFOLLOW_LINKS);
    try {
      return KernelControl.open(settings.nodeDirectory());
    } catch (DriverUnavailableException e) {
      if (!present) {
        removeControlNode(node);
        return null;
      }
      if (e.errno() == Errno.ENXIO.number() || e.errno() == Errno.ENODEV.number()) {
        return null;
      }
      throw withHint(e);
    }
  }

  /** The node was made a moment ago by this process, and nothing may be done with it. */
  private static void removeControlNode(Path node) {
    try {
      Files.deleteIfExists(node);
    } catch (IOException e) {
      // where it could not be made, there is nothing to take away either
    }
  }

  private static DriverUnavailableException withHint(DriverUnavailableException e) {
    List<String> reason = new ArrayList<>(e.reason());
    reason.add(
        kernelHasDeviceMapper()
            ? "The kernel has a device mapper, which may not be used from here: root may."
            : "The control node is there, but may not be opened from here, and there is no device"
                + " mapper in /proc/misc that it could lead to.");
    reason.add(
        "Devices can also be made without the kernel and without privileges: add --backend engine, or"
            + " set JDMSETUP_BACKEND=engine.");
    return new DriverUnavailableException(e.errno(), e.lines(), reason);
  }

  private static boolean kernelHasDeviceMapper() {
    return namesDeviceMapper("/proc/misc") || namesDeviceMapper("/proc/devices");
  }

  private static boolean namesDeviceMapper(String file) {
    try {
      for (String line : Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.endsWith(" device-mapper")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private ControlDevice connectToDaemon(RunDirectory directory) throws DriverUnavailableException {
    EngineWire.ClientHello hello =
        new EngineWire.ClientHello(
            settings.keepEngine(),
            ByteText.ofUnicode(Path.of("").toAbsolutePath().toString()),
            settings.nodeDirectory());
    EngineControl engine =
        EngineControl.open(directory, hello, new EngineProcess(), EngineControl.GREETING_MILLIS);
    if (engine.started()) {
      messages.accept(
          settings.backend() == Backend.AUTO
              ? "This kernel has no device mapper. " + engine.notice()
              : engine.notice());
    }
    return engine;
  }
}
