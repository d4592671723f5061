package org.jdmsetup.ioctl.session;

/** Which device a task addresses. */
public sealed interface DeviceKey {

  /** By name as the user typed it: to be mangled, or, with a slash, a path to a node. */
  record ByName(String name) implements DeviceKey {}

  /** By name as the driver holds it: neither mangled nor resolved. */
  record ByExactName(String name) implements DeviceKey {}

  /** By UUID as the user typed it. */
  record ByUuid(String uuid) implements DeviceKey {}

  /**
   * By number.
   *
   * @param major -1 for the driver's own
   * @param minor negative counts as not given
   */
  record ByNumber(int major, int minor) implements DeviceKey {}

  static DeviceKey name(String name) {
    return new ByName(name);
  }

  static DeviceKey exactName(String name) {
    return new ByExactName(name);
  }

  static DeviceKey uuid(String uuid) {
    return new ByUuid(uuid);
  }

  static DeviceKey number(int major, int minor) {
    return new ByNumber(major, minor);
  }
}
