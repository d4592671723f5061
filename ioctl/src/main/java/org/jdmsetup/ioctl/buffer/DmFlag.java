package org.jdmsetup.ioctl.buffer;

/** Bits of {@code dm_ioctl.flags} ({@code include/uapi/linux/dm-ioctl.h}). */
public final class DmFlag {
  public static final int READONLY = 0x1;
  public static final int SUSPEND = 0x2;

  /** Private to libdevmapper, which sets it on every request; the kernel ignores it. */
  public static final int EXISTS = 0x4;

  public static final int PERSISTENT_DEV = 0x8;
  public static final int STATUS_TABLE = 0x10;
  public static final int ACTIVE_PRESENT = 0x20;
  public static final int INACTIVE_PRESENT = 0x40;
  public static final int BUFFER_FULL = 0x100;
  public static final int SKIP_BDGET = 0x200;
  public static final int SKIP_LOCKFS = 0x400;
  public static final int NOFLUSH = 0x800;
  public static final int QUERY_INACTIVE_TABLE = 0x1000;
  public static final int UEVENT_GENERATED = 0x2000;
  public static final int UUID = 0x4000;
  public static final int SECURE_DATA = 0x8000;
  public static final int DATA_OUT = 0x10000;
  public static final int DEFERRED_REMOVE = 0x20000;
  public static final int INTERNAL_SUSPEND = 0x40000;
  public static final int IMA_MEASUREMENT = 0x80000;

  /** What a driver sets and no request has. */
  public static final int ONLY_IN_REPLIES = BUFFER_FULL | UEVENT_GENERATED | SECURE_DATA | DATA_OUT;

  private DmFlag() {}
}
