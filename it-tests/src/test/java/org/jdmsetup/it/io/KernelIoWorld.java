package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The device mapper of the kernel that this process runs on: raw ioctls, and nodes made for them.
 */
final class KernelIoWorld implements IoWorld {
  private static final NativeIo C = NativeIo.C;

  private final WorldDisks disks;
  private final Path nodes = Files.createTempDirectory("nodes");
  private final int control;
  private final AlignedBuffer copy = new AlignedBuffer(1 << 20);

  KernelIoWorld(WorldDisks disks) throws IOException {
    this.disks = disks;
    control = C.open("/dev/mapper/control", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    if (control < 0) {
      throw new IOException("/dev/mapper/control: " + Errno.text(NativeIo.errno()));
    }
  }

  @Override
  public List<WorldDisk> disks() {
    return disks.disks();
  }

  @Override
  public int call(DmCommand command, DmBuffer buffer) {
    copy.bytes().put(0, buffer.bytes(), 0, buffer.capacity());
    int errno = C.ioctl(control, command.request(), copy.address()) < 0 ? NativeIo.errno() : 0;
    buffer.bytes().put(0, copy.bytes(), 0, buffer.capacity());
    return errno;
  }

  @Override
  public IoDevice open(String name, DeviceNumber number) throws IOException {
    Path node = nodes.resolve(name);
    Files.deleteIfExists(node);
    if (C.mknod(node.toString(), Linux.S_IFBLK | 0600, number.encoded()) != 0) {
      throw new IOException(node + ": " + Errno.text(NativeIo.errno()));
    }
    return NodeDevice.open(node);
  }

  @Override
  public void close() throws IOException {
    C.close(control);
    disks.close();
  }
}
