package org.jdmsetup.cli;

import java.util.function.Consumer;
import org.jdmsetup.ioctl.DeviceMapper;
import org.jdmsetup.ioctl.Settings;

/** How an invocation gets at a driver. */
public interface Drivers {

  /** A session with the driver that the settings choose. */
  DeviceMapper open(Settings settings, Consumer<String> messages);
}
