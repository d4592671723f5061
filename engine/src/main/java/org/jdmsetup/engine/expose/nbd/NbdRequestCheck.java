package org.jdmsetup.engine.expose.nbd;

import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;

/** Which requests of clients must not reach a device. */
final class NbdRequestCheck {

  private NbdRequestCheck() {}

  /** The error for a request that must not reach the device; null: none. */
  static Errno refusal(BlockDevice device, boolean knowsAllocation, NbdOp op) {
    int type = op.type;
    int flags = op.flags;
    long offset = op.offset;
    long length = op.length;
    boolean writes = type == NbdProtocol.CMD_WRITE || type == NbdProtocol.CMD_WRITE_ZEROES;
    boolean trims = type == NbdProtocol.CMD_TRIM;
    boolean asks = type == NbdProtocol.CMD_BLOCK_STATUS && knowsAllocation;
    int known = asks ? NbdProtocol.CMD_FLAG_REQ_ONE : NbdProtocol.CMD_FLAG_FUA;
    if (type == NbdProtocol.CMD_WRITE_ZEROES) {
      known |= NbdProtocol.CMD_FLAG_NO_HOLE;
    }
    if ((flags & ~known) != 0) {
      return Errno.EINVAL;
    }
    if (type == NbdProtocol.CMD_FLUSH) {
      return null;
    }
    if (!writes && !trims && !asks && type != NbdProtocol.CMD_READ) {
      return Errno.EINVAL;
    }
    if ((writes || trims) && device.readOnly()) {
      return Errno.EPERM;
    }
    if (trims && !device.supportsDiscard()) {
      return Errno.EOPNOTSUPP;
    }
    boolean data = type == NbdProtocol.CMD_READ || type == NbdProtocol.CMD_WRITE;
    int mask = device.logicalBlockSize() - 1;
    if (length == 0 || (offset & mask) != 0 || (length & mask) != 0) {
      return Errno.EINVAL;
    }
    if (data && length > NbdProtocol.MAX_DATA) {
      return type == NbdProtocol.CMD_READ ? Errno.EOVERFLOW : Errno.EINVAL;
    }
    long end = Sectors.toBytes(device.sizeSectors());
    if (offset < 0 || offset > end || length > end - offset) {
      return writes ? Errno.ENOSPC : Errno.EINVAL;
    }
    return null;
  }
}
