package org.jdmsetup.ioctl;

/** What {@link DeviceMapper#create} makes. Mutable; only the name is required. */
public final class NewDevice {
  final String name;
  String uuid = "";
  int major = -1;
  int minor = -1;
  boolean readOnly;
  boolean noOpenCount;
  boolean queryInactive;
  NodeOwner owner = NodeOwner.DEFAULT;
  ReadAhead readAhead = ReadAhead.AUTO;
  AddNode addNode = AddNode.ON_RESUME;

  /**
   * @param name as the user typed it
   */
  public NewDevice(String name) {
    this.name = name;
  }

  /**
   * @param value as the user typed it; empty for none
   */
  public NewDevice uuid(String value) {
    uuid = value;
    return this;
  }

  /** A fixed number: major -1 for the driver's own, a negative minor for any. */
  public NewDevice number(int newMajor, int newMinor) {
    major = newMajor;
    minor = newMinor;
    return this;
  }

  public NewDevice readOnly(boolean value) {
    readOnly = value;
    return this;
  }

  public NewDevice noOpenCount(boolean value) {
    noOpenCount = value;
    return this;
  }

  public NewDevice queryInactive(boolean value) {
    queryInactive = value;
    return this;
  }

  public NewDevice owner(NodeOwner value) {
    owner = value;
    return this;
  }

  public NewDevice readAhead(ReadAhead value) {
    readAhead = value;
    return this;
  }

  public NewDevice addNode(AddNode value) {
    addNode = value;
    return this;
  }
}
