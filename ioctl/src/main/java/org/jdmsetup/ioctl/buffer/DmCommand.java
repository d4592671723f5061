package org.jdmsetup.ioctl.buffer;

/**
 * The requests of the control interface ({@code include/uapi/linux/dm-ioctl.h}), in the order of
 * their numbers.
 */
public enum DmCommand {
  VERSION("version", 4, 0, 0),
  REMOVE_ALL("remove_all", 4, 0, 0),
  LIST_DEVICES("names", 4, 0, 0),
  DEV_CREATE("create", 4, 0, 0),
  DEV_REMOVE("remove", 4, 0, 0),
  DEV_RENAME("rename", 4, 0, 0),
  DEV_SUSPEND("suspend", 4, 0, 0),
  DEV_STATUS("info", 4, 0, 0),
  DEV_WAIT("waitevent", 4, 0, 0),
  TABLE_LOAD("reload", 4, 0, 0),
  TABLE_CLEAR("clear", 4, 0, 0),
  TABLE_DEPS("deps", 4, 0, 0),
  TABLE_STATUS("status", 4, 0, 0),
  LIST_VERSIONS("versions", 4, 1, 0),
  TARGET_MSG("message", 4, 2, 0),
  DEV_SET_GEOMETRY("setgeometry", 4, 6, 0),
  DEV_ARM_POLL("armpoll", 4, 36, 0),
  GET_TARGET_VERSION("target-version", 4, 41, 0);

  private static final DmCommand[] BY_NUMBER = values();

  private final String label;
  private final int major;
  private final int minor;
  private final int patch;

  DmCommand(String label, int major, int minor, int patch) {
    this.label = label;
    this.major = major;
    this.minor = minor;
    this.patch = patch;
  }

  /** The request with this number, or null when there is none. */
  public static DmCommand ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** The number within the ioctl type, 0 to 17. */
  public int number() {
    return ordinal();
  }

  /** The ioctl request: {@code _IOWR(0xfd, number, struct dm_ioctl)}. */
  public long request() {
    return 0xC138FD00L + ordinal();
  }

  /**
   * The word for this request in dmsetup's error lines. DEV_SUSPEND and TABLE_STATUS stand for
   * several words; callers that know which say so.
   */
  public String label() {
    return label;
  }

  /** The interface version that this request asks for: major. */
  public int versionMajor() {
    return major;
  }

  /** The interface version that this request asks for: minor. */
  public int versionMinor() {
    return minor;
  }

  /** The interface version that this request asks for: patch level. */
  public int versionPatch() {
    return patch;
  }
}
