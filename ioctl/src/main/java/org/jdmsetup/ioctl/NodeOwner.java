package org.jdmsetup.ioctl;

/**
 * Owner, group and permissions of a device node.
 *
 * @param mode permission bits
 */
public record NodeOwner(int uid, int gid, int mode) {
  /** root, group disk, 0660: what the packaged dmsetup of Debian uses. */
  public static final NodeOwner DEFAULT = new NodeOwner(0, 6, 0660);
}
