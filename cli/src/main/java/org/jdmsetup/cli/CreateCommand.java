package org.jdmsetup.cli;

import java.util.List;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.DmReply;
import org.jdmsetup.ioctl.NewDevice;
import org.jdmsetup.tables.ConciseDevice;
import org.jdmsetup.tables.ConciseSyntaxException;
import org.jdmsetup.tables.ConciseText;
import org.jdmsetup.tables.ParsedTable;
import org.jdmsetup.tables.TableSource;

/**
 * {@code create}: a new device, with a table unless --notable; with --concise several devices, each
 * made as soon as it is read.
 */
final class CreateCommand extends Command {

  @Override
  int most() {
    return 2;
  }

  @Override
  boolean run(Session session, List<String> operands) {
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
    NewDevice device =
        device(session, operands.get(0))
            .number(options.major(), options.number(Opt.MINOR, -1))
            .queryInactive(options.has(Opt.INACTIVE));
    if (options.has(Opt.UUID)) {
      device.uuid(options.text(Opt.UUID));
    }
    session.mapper().major();
    ParsedTable table = null;
    if (!options.has(Opt.NOTABLE)) {
      table = TableInput.read(session, operands.size() > 1 ? operands.get(1) : null);
      if (table == null) {
        return false;
      }
    }
    return create(session, device, table);
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
    ConciseText text =
        new ConciseText(operands.isEmpty() ? TableInput.standardInput(session) : operands.get(0));
    try {
      for (ConciseDevice device = text.next(); device != null; device = text.next()) {
        if (!create(session, device)) {
          return false;
        }
      }
      return true;
    } catch (ConciseSyntaxException e) {
      return session.fail(e.getMessage());
    }
  }

  private static boolean create(Session session, ConciseDevice concise) throws DmException {
    if (!concise.hasKnownFlags()) {
      return session.fail(
          "Invalid flags parameter '" + concise.flags() + "' must be 'ro' or 'rw' or empty.");
    }
    NewDevice device = device(session, concise.name()).uuid(concise.uuid());
    if (!concise.minor().isEmpty()) {
      device.number(-1, CNumber.atoi(concise.minor()));
    }
    if (concise.isReadOnly()) {
      device.readOnly(true);
    }
    session.mapper().major();
    ParsedTable table = TableInput.parse(session, concise.table(), TableSource.OPTION);
    return table != null && create(session, device, table);
  }

  private static NewDevice device(Session session, String name) {
    return new NewDevice(name)
        .readOnly(session.has(Opt.READONLY))
        .noOpenCount(session.has(Opt.NOOPENCOUNT))
        .owner(NodeOptions.owner(session))
        .readAhead(NodeOptions.readAhead(session))
        .addNode(NodeOptions.addNode(session));
  }

  private static boolean create(Session session, NewDevice device, ParsedTable table)
      throws DmException {
    DmReply reply = session.mapper().create(device, table);
    return !session.verbose() || InfoBlock.print(session, reply);
  }
}
