package org.jdmsetup.ioctl.buffer;

/** What a task does; several types share a request. The label stands in dmsetup's error lines. */
public enum TaskType {
  CREATE(DmCommand.DEV_CREATE, "create"),
  RELOAD(DmCommand.TABLE_LOAD, "reload"),
  REMOVE(DmCommand.DEV_REMOVE, "remove"),
  REMOVE_ALL(DmCommand.REMOVE_ALL, "remove_all"),
  SUSPEND(DmCommand.DEV_SUSPEND, "suspend"),
  RESUME(DmCommand.DEV_SUSPEND, "resume"),
  INFO(DmCommand.DEV_STATUS, "info"),
  DEPS(DmCommand.TABLE_DEPS, "deps"),
  RENAME(DmCommand.DEV_RENAME, "rename"),
  VERSION(DmCommand.VERSION, "version"),
  STATUS(DmCommand.TABLE_STATUS, "status"),
  TABLE(DmCommand.TABLE_STATUS, "table"),
  WAIT(DmCommand.DEV_WAIT, "waitevent"),
  NAMES(DmCommand.LIST_DEVICES, "names"),
  CLEAR(DmCommand.TABLE_CLEAR, "clear"),
  MKNODES(DmCommand.DEV_STATUS, "mknodes"),
  VERSIONS(DmCommand.LIST_VERSIONS, "versions"),
  MESSAGE(DmCommand.TARGET_MSG, "message"),
  SET_GEOMETRY(DmCommand.DEV_SET_GEOMETRY, "setgeometry"),
  ARM_POLL(DmCommand.DEV_ARM_POLL, "armpoll"),
  TARGET_VERSION(DmCommand.GET_TARGET_VERSION, "target-version");

  private final DmCommand command;
  private final String label;

  TaskType(DmCommand command, String label) {
    this.command = command;
    this.label = label;
  }

  public DmCommand command() {
    return command;
  }

  public String label() {
    return label;
  }
}
