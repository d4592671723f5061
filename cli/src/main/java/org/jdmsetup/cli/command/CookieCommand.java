package org.jdmsetup.cli.command;

import java.util.List;
import org.jdmsetup.cli.option.Cookie;
import org.jdmsetup.cli.session.Session;

/** A command on the one cookie that is its operand. */
abstract class CookieCommand extends Command {

  @Override
  final int minOperands() {
    return 1;
  }

  @Override
  final int maxOperands() {
    return 1;
  }

  @Override
  public final boolean run(Session session, List<String> operands) {
    int cookie = Cookie.parse(operands.get(0));
    return cookie == 0 ? session.fail(Cookie.INCORRECT) : run(session, cookie);
  }

  /** Runs on a cookie, which is not 0. */
  abstract boolean run(Session session, int cookie);
}
