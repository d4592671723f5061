package org.jdmsetup.engine.control.device;

import java.util.List;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.ManglingException;
import org.jdmsetup.tables.ByteText;

/** All devices, as the NBD server offers them: by name, each open as often as clients have it. */
public final class DeviceExports implements Exports {
  private final Devices devices;

  public DeviceExports(Devices devices) {
    this.devices = devices;
  }

  @Override
  public List<String> names() {
    return devices.all().stream().map(device -> ByteText.unicode(device.name())).toList();
  }

  @Override
  public Export open(String name) {
    String typed = ByteText.ofUnicode(name);
    MappedDevice device = devices.named(typed);
    if (device == null) {
      device = devices.named(mangled(typed)); // as dmsetup shows it
    }
    return device != null && device.retain() ? new OpenDevice(device) : null;
  }

  private static String mangled(String name) {
    try {
      return Mangling.AUTO.mangle(name, Mangling.Subject.NAME);
    } catch (ManglingException e) {
      return name;
    }
  }

  private record OpenDevice(MappedDevice mapped) implements Export {
    @Override
    public BlockDevice device() {
      return mapped;
    }

    @Override
    public void close() {
      mapped.opens.close();
    }
  }
}
