package org.jdmsetup.ioctl;

/** When a new device's node is made. */
public enum AddNode {
  ON_RESUME,
  ON_CREATE
}
