package org.jdmsetup.cli.command;

import java.io.IOException;
import java.util.List;
import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.session.NodeOptions;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;
import org.jdmsetup.tables.text.ConciseDevice;
import org.jdmsetup.tables.text.ConciseSyntaxException;
import org.jdmsetup.tables.text.ConciseText;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;

/**
 * {@code create}: a new device, with a table unless --notable; with --concise several devices, each
 * made as soon as it is read.
 */
final class CreateCommand extends Command {

  @Override
  int maxOperands() {
    return 2;
  }

  @Override
  public boolean run(Session session, List<String> operands) {
    try {
      return session.has(Opt.CONCISE) ? concise(session, operands) : single(session, operands);
    } catch (DmException e) {
      return session.fail(e);
    }
  }

  private static boolean single(Session session, List<String> operands) throws DmException {
    if (operands.isEmpty()) {
      return session.fail("Please provide a name for the new device.");
    }
    Options options = session.options();
    session.mapper().major();
    ParsedTable table = null;
    if (!options.has(Opt.NOTABLE)) {
      table = TableInput.read(session, operands.size() > 1 ? operands.get(1) : null);
      if (table == null) {
        return false;
      }
    }
    DmTask device =
        device(session, operands.get(0), options.has(Opt.UUID) ? options.text(Opt.UUID) : "")
            .device(DeviceKey.number(options.major(), options.value(Opt.MINOR, -1)))
            .queryInactive(options.has(Opt.INACTIVE));
    boolean made = create(session, device, table);
    if (made && table != null && table.rules().isEmpty()) {
      session.remark(
          operands.get(0)
              + " was made without a table, as with --notable; 'dmsetup load' gives it one and"
              + " 'dmsetup resume' starts it.");
    }
    return made;
  }

  private static boolean concise(Session session, List<String> operands) throws DmException {
    if (session.has(Opt.TABLE)
        || session.has(Opt.NOTABLE)
        || session.has(Opt.MINOR)
        || session.has(Opt.UUID)
        || session.has(Opt.INACTIVE)) {
      return session.fail(
          "--concise is incompatible with --[no]table, --minor, --uuid and --inactive.");
    }
    if (operands.size() > 1) {
      return session.fail("dmsetup create --concise takes at most one argument");
    }
    String typed;
    try {
      typed = operands.isEmpty() ? TableInput.all(session.surroundings().in()) : operands.get(0);
    } catch (IOException e) {
      return session.fail("Read from stdin aborted: " + e.getMessage());
    }
    ConciseText text = new ConciseText(typed);
    try {
      if (typed.isEmpty()) {
        session.remark("There is no device in an empty text.");
      }
      for (ConciseDevice device = text.next(); device != null; device = text.next()) {
        if (!create(session, device)) {
          return false;
        }
      }
      return true;
    } catch (ConciseSyntaxException e) {
      session.keepReason(
          "A device is NAME,UUID,MINOR,FLAGS,TABLE as in 'vol,,,rw,0 2048 zero': UUID, MINOR and"
              + " FLAGS may be empty. 'dmsetup check --concise' says what is wrong where.");
      return session.fail(e.getMessage());
    }
  }

  private static boolean create(Session session, ConciseDevice concise) throws DmException {
    if (!concise.hasKnownFlags()) {
      return session.fail(
          "Invalid flags parameter '" + concise.flags() + "' must be 'ro' or 'rw' or empty.");
    }
    session.mapper().major();
    ParsedTable table = TableInput.parse(session, concise.table(), TableSource.OPTION);
    if (table == null) {
      return false;
    }
    DmTask device = device(session, concise.name(), concise.uuid());
    if (!concise.minor().isEmpty()) {
      if (!CNumber.misread(concise.minor()).isEmpty()) {
        session.remark("minor number " + CNumber.misread(concise.minor()));
      }
      device.device(DeviceKey.number(-1, CNumber.atoi(concise.minor())));
    }
    if (concise.isReadOnly()) {
      device.readOnly(true);
    }
    return create(session, device, table);
  }

  private static DmTask device(Session session, String name, String uuid) throws DmException {
    return session
        .mapper()
        .task(TaskType.CREATE)
        .device(DeviceKey.name(name))
        .uuid(uuid)
        .readOnly(session.has(Opt.READONLY))
        .noOpenCount(session.has(Opt.NOOPENCOUNT))
        .owner(NodeOptions.owner(session))
        .readAhead(NodeOptions.readAhead(session))
        .addNode(NodeOptions.addNode(session));
  }

  private static boolean create(Session session, DmTask device, ParsedTable table)
      throws DmException {
    DmReply reply = session.mapper().create(device, table);
    return !session.verbose() || InfoBlock.print(session, reply);
  }
}
