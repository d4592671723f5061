package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.NewDevice;
import org.jdmsetup.tables.ParsedTable;

/** {@code create}: a new device, with a table unless --notable. */
final class CreateCommand extends Command {

  @Override
  int most() {
    return 2;
  }

  @Override
  boolean run(Session session, List<String> operands) {
    if (session.has(Opt.CONCISE)) {
      return concise(session, operands);
    }
    if (operands.isEmpty()) {
      return session.fail("Please provide a name for the new device.");
    }
    Options options = session.options();
    NewDevice device = new NewDevice(operands.get(0));
    if (options.has(Opt.UUID)) {
      device.uuid(options.text(Opt.UUID));
    }
    device
        .number(options.number(Opt.MAJOR, -1), options.number(Opt.MINOR, -1))
        .readOnly(options.has(Opt.READONLY))
        .noOpenCount(options.has(Opt.NOOPENCOUNT))
        .queryInactive(options.has(Opt.INACTIVE))
        .owner(NodeOptions.owner(session))
        .readAhead(NodeOptions.readAhead(session))
        .addNode(NodeOptions.addNode(session));
    try {
      session.mapper().major();
      ParsedTable table = null;
      if (!options.has(Opt.NOTABLE)) {
        table = TableInput.read(session, operands.size() > 1 ? operands.get(1) : null);
        if (table == null) {
          return false;
        }
      }
      DmReply reply = session.mapper().create(device, table);
      return !session.verbose() || InfoBlock.print(session, reply);
    } catch (DmException e) {
      return session.fail(e);
    }
  }

  private static boolean concise(Session session, List<String> operands) {
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
    session.because("'create --concise' is not available yet.");
    return false;
  }
}
