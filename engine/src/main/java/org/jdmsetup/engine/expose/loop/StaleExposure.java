package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.freeze.FrozenFileSystem;
import org.jdmsetup.engine.expose.freeze.Mounts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Clears away what a daemon left that was killed: its loop devices, its FUSE mount, its sockets.
 * What is not under the run directory is not touched.
 */
public final class StaleExposure {

  private static final String FUSE = "fuse";
  private static final List<String> SOCKETS = List.of("control.sock", "nbd.sock");
  private static final String DELETED = " (deleted)";

  /** How long all that programs have open may take to be closed. */
  private static final int PATIENCE_MILLIS = 500;

  private StaleExposure() {}

  static Path mountPoint(Path runDirectory) {
    return runDirectory.resolve(FUSE);
  }

  /**
   * Clears a run directory. The caller holds the daemon's lock: no daemon lives there.
   *
   * <p>A loop device that is still mounted or open goes with its last user, who gets I/O errors.
   *
   * @return what was found and done, a line each; empty when there was nothing
   */
  public static List<String> clean(Path runDirectory) {
    List<String> report = new ArrayList<>();
    Path absolute;
    try {
      absolute = runDirectory.toRealPath();
    } catch (IOException e) {
      return report;
    }
    Path mountPoint = mountPoint(absolute);
    List<String> connections = fuseMounts(mountPoint);
    // first of all: with the connection gone, nothing below can hang on a stopped server
    for (String connection : connections) {
      abort(connection, mountPoint);
    }
    loops(mountPoint, absolute, report);
    if (!connections.isEmpty()) {
      unmount(mountPoint, report);
    }
    for (String socket : SOCKETS) {
      try {
        if (Files.deleteIfExists(absolute.resolve(socket))) {
          report.add("removed the socket " + absolute.resolve(socket));
        }
      } catch (IOException e) {
        report.add("could not remove the socket " + absolute.resolve(socket) + ": " + e);
      }
    }
    return report;
  }

  /**
   * Ends the FUSE connection of a daemon that was killed but cannot die, because the kernel waits
   * in one of its threads for a request that only the daemon could have answered.
   */
  public static void abort(Path runDirectory) {
    try {
      Path mountPoint = mountPoint(runDirectory.toRealPath());
      fuseMounts(mountPoint).forEach(connection -> abort(connection, mountPoint));
    } catch (IOException e) {
      // the run directory has gone, and with it what could be ended
    }
  }

  /** The connection numbers of the FUSE mounts of ours at a place, the lowest first. */
  private static List<String> fuseMounts(Path mountPoint) {
    List<String> connections = new ArrayList<>();
    String point = ByteText.ofUnicode(mountPoint.toString());
    for (Mount mount : Mount.all()) {
      if (mount.type().equals(Mount.ENGINE_TYPE) && mount.point().equals(point)) {
        connections.add(Integer.toString(mount.minor()));
      }
    }
    return connections;
  }

  /** Ends a connection, though its mount may be busy still. */
  private static void abort(String connection, Path mountPoint) {
    try {
      Files.writeString(Path.of("/sys/fs/fuse/connections", connection, "abort"), "1");
    } catch (IOException e) {
      // fusectl is not mounted, or the connection ended with its daemon; the next does it as well
    }
    NativeIo.C.umount2(mountPoint.toString(), Linux.MNT_FORCE);
  }

  private static void loops(Path mountPoint, Path nodes, List<String> report) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(Path.of("/sys/block"), "loop[0-9]*")) {
      for (Path device : all) {
        int number = Integer.parseInt(device.getFileName().toString().substring("loop".length()));
        String backing = LoopDriver.backingFile(number);
        if (backing != null && isUnder(backing, mountPoint)) {
          report.add(detach(number, backing, nodes, end));
        }
      }
    } catch (IOException e) {
      // no loop driver here, so no loop devices either
    }
  }

  private static boolean isUnder(String backing, Path mountPoint) {
    String path =
        backing.endsWith(DELETED)
            ? backing.substring(0, backing.length() - DELETED.length())
            : backing;
    return path.startsWith(mountPoint + "/");
  }

  /**
   * @param end until when to wait for programs that are about to let go
   */
  private static String detach(int number, String backing, Path nodes, long end) {
    String loop = "/dev/loop" + number + " (on " + backing + ")";
    int fd = LoopDriver.open(number, nodes, Linux.O_RDONLY);
    if (fd < 0) {
      return "could not open " + loop + ": " + Errno.text(-fd);
    }
    String frozen = thaw(number);
    int errno = LoopDriver.detach(fd);
    // a bound one may answer with another error: its file is on the dead mount
    boolean bound = errno == 0 && LoopDriver.flags(fd) != -Errno.ENXIO.number();
    NativeIo.C.close(fd);
    if (errno != 0 && errno != Errno.ENXIO.number()) {
      return "could not detach " + loop + ": " + Errno.text(errno);
    }
    if (bound && !awaitDetached(number, end)) {
      return loop + " is still in use and goes with its last user" + frozen;
    }
    LoopDriver.makeWritable(number, nodes);
    if (LoopDriver.beyondTheUsual(number)) {
      LoopDriver.removeWithRetry(number);
    }
    return "detached " + loop;
  }

  /**
   * Waits until programs that had the device open when its daemon died close it; returns false if
   * they do not in time. Most end because of the I/O errors that they get, and then the mapped
   * device can have its number again.
   */
  private static boolean awaitDetached(int number, long end) {
    while (LoopDriver.backingFile(number) != null) {
      if (System.nanoTime() - end > 0 || isMounted(number)) {
        return false;
      }
      Uninterruptibly.sleep(1);
    }
    return true;
  }

  private static boolean isMounted(int number) {
    try {
      return !Mounts.of(new DeviceNumber(LoopDriver.MAJOR, LoopDriver.minor(number))).isEmpty();
    } catch (IOException e) {
      return false; // it has just gone
    }
  }

  /** A suspended device's file system would wait for ever for a daemon that has gone. */
  private static String thaw(int number) {
    try {
      DeviceNumber device = new DeviceNumber(LoopDriver.MAJOR, LoopDriver.minor(number));
      String place = FrozenFileSystem.thawLeftOver(device);
      return place == null ? "" : "; thawed " + place;
    } catch (IOException e) {
      return ""; // it has just gone
    }
  }

  private static void unmount(Path mountPoint, List<String> report) {
    for (int left = fuseMounts(mountPoint).size(); left > 0; left--) {
      if (NativeIo.C.umount2(mountPoint.toString(), Linux.MNT_DETACH) != 0) {
        report.add("could not unmount " + mountPoint + ": " + Errno.text(NativeIo.errno()));
        return;
      }
    }
    report.add("unmounted " + mountPoint);
  }
}
