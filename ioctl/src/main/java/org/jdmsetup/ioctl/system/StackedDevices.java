package org.jdmsetup.ioctl.system;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The block devices that are made of another one: mapped devices, RAID arrays and the like. */
public final class StackedDevices {

  private StackedDevices() {}

  /**
   * The devices that hold a device, each as a path in sysfs whose last part is its kernel name.
   * None if the device has gone, or sysfs is not there.
   *
   * @param sysfs the directory of the device that they are made of
   */
  public static List<Path> above(Path sysfs) {
    List<Path> devices = new ArrayList<>();
    try (DirectoryStream<Path> holders = Files.newDirectoryStream(sysfs.resolve("holders"))) {
      holders.forEach(devices::add);
    } catch (IOException | DirectoryIteratorException e) {
      return devices; // what was found so far is true
    }
    return devices;
  }
}
