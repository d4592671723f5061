package org.jdmsetup.engine.control.device;

import java.io.IOException;
import java.nio.file.Path;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.DeviceOpenException;
import org.jdmsetup.engine.backing.EngineDevices;
import org.jdmsetup.engine.backing.Holders;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** The engine's devices as other devices' tables name, take and release them. */
final class DevicesBelow implements EngineDevices {
  private final Devices devices;
  private final ExposedDevices exposed;
  private final String ownFiles;

  /**
   * @param runDirectory where the engine's own files are: no table may sit on them
   */
  DevicesBelow(Devices devices, ExposedDevices exposed, Path runDirectory) {
    this.devices = devices;
    this.exposed = exposed;
    ownFiles = ByteText.ofUnicode(real(runDirectory).toString()) + '/';
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      return directory; // it has gone, and so no file of it can be named
    }
  }

  @Override
  public int major() {
    return exposed.major();
  }

  @Override
  public Backing byNumber(DeviceNumber number) {
    return devices.numbered(number);
  }

  @Override
  public Backing byNode(String path) {
    int slash = path.lastIndexOf('/');
    String directory = path.substring(0, slash);
    String file = path.substring(slash + 1);
    MappedDevice device = devices.named(file);
    if (device == null) {
      device = devices.named(Mangling.decode(file));
    }
    boolean nodeOfIt =
        device != null
            && (directory.equals("/dev/mapper") || directory.equals(device.nodeDirectory));
    return nodeOfIt ? device : null;
  }

  @Override
  public void claim(Backing ours) throws DeviceOpenException {
    MappedDevice device = (MappedDevice) ours;
    exposed.exposureLock.lock();
    try {
      if (!device.retain()) {
        throw new DeviceOpenException(
            Errno.ENXIO.number(), device.description() + " is being removed");
      }
      int errno = device.tablesAbove++ == 0 ? exposed.claim(device) : 0;
      if (errno != 0) {
        device.tablesAbove--;
        device.opens.close();
        String why =
            errno == Errno.EBUSY.number()
                ? "is in use: " + Holders.of(device.number())
                : "cannot be claimed: " + Errno.text(errno);
        throw new DeviceOpenException(errno, device.description() + ' ' + why);
      }
    } finally {
      exposed.exposureLock.unlock();
    }
  }

  /** A table releases a device that it has taken. */
  void release(MappedDevice device) {
    exposed.exposureLock.lock();
    try {
      if (--device.tablesAbove == 0) {
        exposed.releaseClaim(device);
      }
    } finally {
      exposed.exposureLock.unlock();
    }
    device.opens.close();
  }

  @Override
  public boolean isOwnFile(String path, FileFacts facts) {
    return path.startsWith(ownFiles) || exposed.shows(facts);
  }
}
