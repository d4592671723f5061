package org.jdmsetup.ioctl.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.driver.EngineProcess;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.jdmsetup.ioctl.system.FileStat;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.ioctl.system.Proc;
import org.jdmsetup.ioctl.system.StackedDevices;
import org.jdmsetup.ioctl.system.SwapAreas;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Who uses a device, as far as the system tells: devices above it, mounts, swap space, processes
 * that have it open. What cannot be looked at is left out.
 */
final class DeviceUsers {
  private final DeviceMapper session;
  private final String name;
  private final DeviceNumber number;
  private final List<String> users = new ArrayList<>();

  /**
   * @param name by which the device is told of
   */
  DeviceUsers(DeviceMapper session, String name, DeviceNumber number) {
    this.session = session;
    this.name = name;
    this.number = number;
  }

  /** A sentence for each user. */
  List<String> sentences() {
    holders();
    mounts();
    if (session.hasNodes()) {
      swaps();
      openFiles();
    }
    return users;
  }

  private void holders() {
    try {
      for (Path holder : StackedDevices.above(Path.of("/sys/dev/block/" + number))) {
        Path holderName = holder.resolve("dm/name");
        users.add(
            Files.exists(holderName)
                ? name + " is used by the device " + text(holderName).trim() + "."
                : name + " is used by " + holder.getFileName() + ".");
      }
    } catch (IOException e) {
      return; // it has gone since it was listed
    }
  }

  private void mounts() {
    for (Mount mount : Mount.all()) {
      if (mount.hasNumber(number.major(), number.minor())) {
        users.add(name + " is mounted on " + mount.escapedPoint() + ".");
      }
    }
  }

  private void swaps() {
    for (String area : SwapAreas.paths()) {
      if (isNode(area, number)) {
        users.add(name + " is swap space.");
      }
    }
  }

  private void openFiles() {
    // not this process: what it has open itself, it has inherited from a shell that is listed too
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      for (Path process : Proc.processes()) {
        if (!process.endsWith(self) && hasOpen(process, number) && !servesUs(process)) {
          users.add(
              name
                  + " is open in process "
                  + process.getFileName()
                  + " ("
                  + program(process)
                  + ").");
        }
      }
    } catch (IOException e) {
      return; // what was found so far is true
    }
  }

  /** Whether this is the engine that has been asked, whose own device it is. */
  private boolean servesUs(Path process) throws IOException {
    return session.isEngine()
        && engineDirectory(process)
            .equals(ByteText.ofUnicode(RunDirectory.ofProcess().path().toString()));
  }

  private static String program(Path process) throws IOException {
    String directory = engineDirectory(process);
    return directory.isEmpty()
        ? text(process.resolve("comm")).trim()
        : "the jdmsetup engine of " + directory;
  }

  /** The run directory of a process that is an engine; empty for any other. */
  private static String engineDirectory(Path process) throws IOException {
    String[] words = text(process.resolve("cmdline")).split("\0");
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i].equals(EngineProcess.MAIN_CLASS)) {
        return words[i + 1];
      }
    }
    return "";
  }

  private static boolean hasOpen(Path process, DeviceNumber number) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        String target = Files.readSymbolicLink(file).toString();
        if (target.startsWith("/dev/") && isNode(target, number)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // this process may not look there, or that one has ended
    }
  }

  private static boolean isNode(String path, DeviceNumber number) {
    FileStat stat = FileStat.of(ByteText.ofUnicode(path));
    return stat.isBlockDevice() && stat.rdev() == number.encoded();
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
