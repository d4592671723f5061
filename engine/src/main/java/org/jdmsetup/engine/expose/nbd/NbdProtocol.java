package org.jdmsetup.engine.expose.nbd;

import org.jdmsetup.tables.Errno;

/**
 * The numbers of the NBD protocol (NetworkBlockDevice/nbd, {@code doc/proto.md}: "fixed newstyle"
 * negotiation, simple and structured replies, the metadata context {@code base:allocation}).
 * Everything is big-endian.
 */
final class NbdProtocol {

  static final long MAGIC = 0x4e42444d41474943L;
  static final long OPTION_MAGIC = 0x49484156454F5054L;
  static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  static final int REQUEST_MAGIC = 0x25609513;
  static final int REPLY_MAGIC = 0x67446698;
  static final int CHUNK_MAGIC = 0x668e33ef;

  static final int FIXED_NEWSTYLE = 1;
  static final int NO_ZEROES = 2;

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_ABORT = 2;
  static final int OPT_LIST = 3;
  static final int OPT_INFO = 6;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_LIST_META_CONTEXT = 9;
  static final int OPT_SET_META_CONTEXT = 10;

  static final int REP_ACK = 1;
  static final int REP_SERVER = 2;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERR_UNSUP = 0x80000001;
  static final int REP_ERR_INVALID = 0x80000003;
  static final int REP_ERR_UNKNOWN = 0x80000006;
  static final int REP_ERR_TOO_BIG = 0x80000009;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int FLAG_HAS_FLAGS = 1;
  static final int FLAG_READ_ONLY = 1 << 1;
  static final int FLAG_SEND_FLUSH = 1 << 2;
  static final int FLAG_SEND_FUA = 1 << 3;
  static final int FLAG_SEND_TRIM = 1 << 5;
  static final int FLAG_SEND_WRITE_ZEROES = 1 << 6;
  static final int FLAG_CAN_MULTI_CONN = 1 << 8;

  static final int CMD_READ = 0;
  static final int CMD_WRITE = 1;
  static final int CMD_DISC = 2;
  static final int CMD_FLUSH = 3;
  static final int CMD_TRIM = 4;
  static final int CMD_WRITE_ZEROES = 6;

  static final int CMD_BLOCK_STATUS = 7;

  static final int CMD_FLAG_FUA = 1;
  static final int CMD_FLAG_NO_HOLE = 1 << 1;
  static final int CMD_FLAG_REQ_ONE = 1 << 3;

  static final int REQUEST_HEADER = 28;
  static final int REPLY_HEADER = 16;
  static final int CHUNK_HEADER = 20;

  static final int CHUNK_DONE = 1;
  static final int CHUNK_OFFSET_DATA = 1;
  static final int CHUNK_BLOCK_STATUS = 5;
  static final int CHUNK_ERROR = 0x8001;

  /** The only metadata context here, and the number that it has on the wire. */
  static final String ALLOCATION = "base:allocation";

  static final int ALLOCATION_ID = 1;

  static final int STATE_HOLE = 1;
  static final int STATE_ZERO = 2;

  static final int PREFERRED_BLOCK = 4096;

  /** Most data in one READ or WRITE, in bytes: what clients assume that any server takes. */
  static final int MAX_DATA = 32 << 20;

  private NbdProtocol() {}

  /** The error numbers that the protocol knows; the others mean little to a client. */
  static int wire(int errno) {
    if (errno == Errno.EROFS.number()) {
      return Errno.EPERM.number();
    }
    if (errno == 0
        || errno == Errno.EPERM.number()
        || errno == Errno.ENOMEM.number()
        || errno == Errno.EINVAL.number()
        || errno == Errno.ENOSPC.number()
        || errno == Errno.EOVERFLOW.number()
        || errno == Errno.EOPNOTSUPP.number()
        || errno == Errno.ESHUTDOWN.number()) {
      return errno;
    }
    return Errno.EIO.number();
  }
}
