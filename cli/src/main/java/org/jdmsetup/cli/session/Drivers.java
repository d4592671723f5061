package org.jdmsetup.cli.session;

import java.util.function.Consumer;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.session.DeviceMapper;

/** How an invocation gets at a driver. */
public interface Drivers {

  /** A session with the driver that the settings choose. */
  DeviceMapper open(Settings settings, Consumer<String> messages);
}
