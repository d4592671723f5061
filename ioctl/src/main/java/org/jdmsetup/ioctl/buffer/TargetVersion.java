package org.jdmsetup.ioctl.buffer;

/** A target type that a driver has, and its version. */
public record TargetVersion(String name, int major, int minor, int patch) {}
