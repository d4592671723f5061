package org.jdmsetup.engine.control.device;

import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;

/**
 * How a device is to be suspended.
 *
 * @param noflush requests that cannot be served now need not be waited for
 * @param lockfs the file system on the device is frozen first
 */
public record SuspendOptions(boolean noflush, boolean lockfs) {

  /** What a request asks for; noflush wins over lockfs. */
  public static SuspendOptions of(DmBuffer request) {
    boolean noflush = request.hasFlag(DmFlag.NOFLUSH);
    return new SuspendOptions(noflush, !noflush && !request.hasFlag(DmFlag.SKIP_LOCKFS));
  }
}
