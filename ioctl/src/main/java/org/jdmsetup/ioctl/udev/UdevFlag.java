package org.jdmsetup.ioctl.udev;

/**
 * The lower eight flags of an {@link EventCookie}, in the order of their bits: those of device
 * mapper itself. Udev's rules know each by its name with {@code DM_UDEV_} before it. The eight bits
 * above them mean something to a subsystem such as LVM.
 */
public enum UdevFlag {
  DISABLE_DM_RULES_FLAG,
  DISABLE_SUBSYSTEM_RULES_FLAG,
  DISABLE_DISK_RULES_FLAG,
  DISABLE_OTHER_RULES_FLAG,
  LOW_PRIORITY_FLAG,
  DISABLE_LIBRARY_FALLBACK_FLAG,
  PRIMARY_SOURCE_FLAG,
  FLAG7;

  /** The flag's bit. */
  public int mask() {
    return 1 << ordinal();
  }
}
