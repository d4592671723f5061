package org.jdmsetup.ioctl.driver;

import java.nio.ByteBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.tables.Errno;

/**
 * Something that answers device-mapper control requests: the kernel's {@code /dev/mapper/control},
 * or the engine daemon. Both speak the same bytes.
 *
 * <p>Not thread-safe: one instance serves one caller at a time.
 */
public interface ControlDevice extends AutoCloseable {

  /**
   * Issues one request and waits for the answer.
   *
   * @param command which request
   * @param buffer a direct, little-endian buffer that holds {@code struct dm_ioctl} and its payload
   *     from index 0 to {@code data_size}; on success the reply is in the same place. Position and
   *     limit are neither used nor changed.
   * @return 0 or the (positive) error number, see {@link Errno}
   */
  int call(DmCommand command, ByteBuffer buffer);

  /**
   * Why the last {@link #call} failed, in plain words and without a trailing newline; empty when
   * nothing more is known than the error number. Several lines are possible.
   */
  String reason();

  /** The major number that block devices made through this driver have. */
  int major();

  /** One line that says which driver this is, for people. */
  String description();

  @Override
  void close();
}
