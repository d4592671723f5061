package org.jdmsetup.cli.command;

import org.jdmsetup.ioctl.buffer.TaskType;

/** The command words. Only the command that is asked for is made. */
public final class Commands {
  private static final String[] WORDS = {
    "help",
    "create",
    "remove",
    "remove_all",
    "suspend",
    "resume",
    "load",
    "clear",
    "reload",
    "wipe_table",
    "rename",
    "measure",
    "message",
    "ls",
    "info",
    "deps",
    "stats",
    "status",
    "table",
    "wait",
    "mknodes",
    "mangle",
    "udevcreatecookie",
    "udevreleasecookie",
    "udevflags",
    "udevcomplete",
    "udevcomplete_all",
    "udevcookies",
    "target-version",
    "targets",
    "version",
    "setgeometry",
    "splitname",
    "check"
  };

  private Commands() {}

  /** All words, in the order of the usage text; the ones that only we have come last. */
  public static String[] words() {
    return WORDS.clone();
  }

  /** The command of this word, which must be whole; null when there is none. */
  public static Command of(String word) {
    switch (word) {
      case "help":
        return new HelpCommand();
      case "create":
        return new CreateCommand();
      case "remove":
        return new RemoveCommand();
      case "remove_all":
        return new RemoveAllCommand();
      case "suspend":
        return new StateCommand(TaskType.SUSPEND);
      case "resume":
        return new StateCommand(TaskType.RESUME);
      case "clear":
        return new StateCommand(TaskType.CLEAR);
      case "load":
      case "reload":
        return new LoadCommand();
      case "wipe_table":
        return new WipeCommand();
      case "rename":
        return new RenameCommand();
      case "message":
        return new MessageCommand();
      case "ls":
        return new ListCommand();
      case "info":
        return new InfoCommand();
      case "deps":
        return new DepsCommand();
      case "status":
        return new TargetsCommand(TaskType.STATUS);
      case "table":
        return new TargetsCommand(TaskType.TABLE);
      case "wait":
        return new WaitCommand();
      case "mknodes":
        return new MakeNodesCommand();
      case "udevcreatecookie":
        return new UdevCreateCookieCommand();
      case "udevreleasecookie":
        return new UdevReleaseCookieCommand();
      case "udevflags":
        return new UdevFlagsCommand();
      case "udevcomplete":
        return new UdevCompleteCommand();
      case "udevcomplete_all":
        return new UdevCompleteAllCommand();
      case "udevcookies":
        return new UdevCookiesCommand();
      case "target-version":
        return new VersionsCommand(TaskType.TARGET_VERSION);
      case "targets":
        return new VersionsCommand(TaskType.VERSIONS);
      case "version":
        return new VersionCommand();
      case "setgeometry":
        return new SetGeometryCommand();
      case "measure":
        return TargetsCommand.measure();
      case "mangle":
        return new MangleCommand();
      case "check":
        return new CheckCommand();
      case "stats":
        return new NotYetCommand(word, 1, Command.ANY);
      case "splitname":
        return new SplitNameCommand();
      default:
        return null;
    }
  }
}
