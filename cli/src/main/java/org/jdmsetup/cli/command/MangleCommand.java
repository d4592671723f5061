package org.jdmsetup.cli.command;

import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.buffer.ManglingException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;

/**
 * {@code mangle}: renames devices whose names are not in the wanted form. The names are read and
 * written as the driver holds them; --manglename says what form is wanted.
 */
final class MangleCommand extends DeviceCommand {

  @Override
  public boolean repeats() {
    return true;
  }

  @Override
  void prepare(Session session) {
    session.settings().mangling(Mangling.NONE);
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
    DmReply reply = session.task(TaskType.STATUS).device(device).run();
    if (!reply.exists()) {
      return false;
    }
    Mangling wanted = session.options().value(Opt.MANGLENAME, Mangling.AUTO);
    String name = reply.name();
    String uuid = reply.uuid();
    if (wanted == Mangling.AUTO && Mangling.isMangledTwice(name)) {
      return session.fail(
          "The name \""
              + name
              + "\" seems to be mangled more than once."
              + " Manual intervention required to rename the device.");
    }
    if (wanted == Mangling.AUTO && Mangling.isMangledTwice(uuid)) {
      return session.fail(
          "The UUID \""
              + uuid
              + "\" seems to be mangled more than once."
              + " Manual intervention required to correct the device UUID.");
    }
    String wantedName;
    String wantedUuid;
    try {
      wantedName = inForm(wanted, name, Mangling.Subject.NAME);
      wantedUuid = inForm(wanted, uuid, Mangling.Subject.UUID);
    } catch (ManglingException e) {
      e.lines().forEach(session::fail);
      return false;
    }
    if (!wantedUuid.equals(uuid)) {
      session.fail(name + ": " + uuid + ": UUID in incorrect form. ");
      return session.fail("Unable to change device UUID. The device must be deactivated first.");
    }
    if (wantedName.equals(name)) {
      session.out().print(name).print(": ").print(uuid.isEmpty() ? "[no UUID]" : uuid);
      session.out().print(": name ").print(uuid.isEmpty() ? "" : "and UUID ");
      session.out().line("already in correct form");
      return true;
    }
    session.out().print(name).print(": renaming to ").line(wantedName);
    session.task(TaskType.RENAME).device(DeviceKey.exactName(name)).newName(wantedName).run();
    return true;
  }

  /** By the rules of AUTO for every form but the plain one; a text may be mangled twice in it. */
  private static String inForm(Mangling wanted, String text, Mangling.Subject subject)
      throws ManglingException {
    return wanted == Mangling.NONE
        ? Mangling.decode(text)
        : Mangling.NONE.mangleForDisplay(text, subject);
  }
}
