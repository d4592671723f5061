package org.jdmsetup.engine.expose.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.Mount;
import org.jdmsetup.tables.Errno;

/**
 * The mount and its descriptors. Each worker after the first reads from a clone of the descriptor
 * that was mounted, with a request list of its own in the kernel.
 */
public final class FuseConnection implements AutoCloseable {

  private static final String DEVICE = "/dev/fuse";

  private static final long MOUNT_FLAGS =
      Linux.MS_NOSUID | Linux.MS_NODEV | Linux.MS_NOEXEC | Linux.MS_NOATIME;

  public final FuseSession session = new FuseSession(FuseTransport.KERNEL, backgroundLimit());
  public final Path mountPoint;
  final FuseWorkers workers;

  /**
   * @param mountPoint an existing directory
   * @param loops serve the requests
   */
  public FuseConnection(Path mountPoint, EventLoops loops) throws IOException {
    this(mountPoint, loops, FuseWorkers.IDLE_MILLIS);
  }

  /**
   * @param mountPoint an existing directory
   * @param loops serve the requests
   * @param idleMillis after what time without a request an extra worker goes
   */
  public FuseConnection(Path mountPoint, EventLoops loops, int idleMillis) throws IOException {
    this.mountPoint = mountPoint;
    int first = open();
    String data =
        "fd=" + first + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions";
    if (NativeIo.C.mount("jdmsetup", mountPoint.toString(), Mount.ENGINE_TYPE, MOUNT_FLAGS, data)
        != 0) {
      int errno = NativeIo.errno();
      NativeIo.C.close(first);
      throw new IOException("mounting FUSE on " + mountPoint + ": " + Errno.text(errno));
    }
    workers = new FuseWorkers(session, loops.all(), () -> clone(first), idleMillis);
    try {
      workers.start(first);
    } catch (IOException | OutOfMemoryError e) {
      close();
      throw e;
    }
  }

  /**
   * How many asynchronous requests the kernel may pass at once: a quarter of the machine's memory
   * if all of them were of the largest size, and room for several devices that hold all theirs
   * back.
   */
  private static int backgroundLimit() {
    long kilobytes = 1 << 20;
    try {
      String total = Files.readAllLines(Path.of("/proc/meminfo")).get(0);
      kilobytes = Long.parseLong(total.replaceAll("\\D", ""));
    } catch (IOException | NumberFormatException e) {
      // /proc is hidden: take it for a machine of 1 GiB
    }
    long mebibytes = kilobytes >> 10;
    return (int) Math.max(256, Math.min(mebibytes / 4, 4096));
  }

  private static int open() throws IOException {
    int fd = NativeIo.C.open(DEVICE, Linux.O_RDWR | Linux.O_CLOEXEC | Linux.O_NONBLOCK, 0);
    if (fd < 0) {
      throw new IOException("opening " + DEVICE + ": " + Errno.text(NativeIo.errno()));
    }
    return fd;
  }

  private static int clone(int first) throws IOException {
    int fd = open();
    AlignedBuffer argument = new AlignedBuffer(4);
    argument.bytes().putInt(0, first);
    if (argument.ioctl(fd, FuseProtocol.DEV_IOC_CLONE) != 0) {
      int errno = NativeIo.errno();
      NativeIo.C.close(fd);
      throw new IOException("cloning a FUSE descriptor: " + Errno.text(errno));
    }
    return fd;
  }

  public Path path(FuseFile file) {
    return mountPoint.resolve(file.name);
  }

  /** Ends the connection: whoever still uses a file gets errors. */
  @Override
  public void close() {
    NativeIo.C.umount2(mountPoint.toString(), Linux.MNT_FORCE);
    NativeIo.C.umount2(mountPoint.toString(), Linux.MNT_DETACH);
    workers.close();
  }
}
