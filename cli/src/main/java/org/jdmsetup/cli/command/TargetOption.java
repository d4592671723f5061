package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.buffer.TargetSpec;

/**
 * {@code --target TYPE}: commands that show targets show only those of this type, and commands that
 * show devices only devices with such a target.
 */
final class TargetOption {
  private TargetOption() {}

  /** Whether the target is of the type; true without the option. */
  static boolean accepts(Session session, TargetSpec target) {
    String type = session.options().text(Opt.TARGET);
    return type == null || type.equals(target.type());
  }

  /** Whether any of the targets is of the type; true without the option. */
  static boolean acceptsAny(Session session, List<TargetSpec> targets) {
    if (!session.has(Opt.TARGET)) {
      return true;
    }
    for (TargetSpec target : targets) {
      if (accepts(session, target)) {
        return true;
      }
    }
    return false;
  }
}
