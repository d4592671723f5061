package org.jdmsetup.cli.session;

import org.jdmsetup.cli.option.Cookie;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.ioctl.Settings;

/** What the options say about the driver, its library and udev, for all commands alike. */
public final class DriverOptions {
  private static final String COOKIE = "DM_UDEV_COOKIE";

  private DriverOptions() {}

  /** Puts the options into the settings, in place of what the environment said. */
  public static void apply(Options options, Settings settings) {
    settings.mangling(options.value(Opt.MANGLENAME, settings.mangling()));
    settings.backend(options.value(Opt.BACKEND, settings.backend()));
    settings.forceLoad(options.has(Opt.FORCE_LOAD));
    settings.keepEngine(options.has(Opt.KEEP_ENGINE));
    settings.udevRules(settings.udevRules() && !options.has(Opt.NOUDEVRULES));
    settings.udevSync(!options.has(Opt.NOUDEVSYNC));
    settings.verifyUdev(options.has(Opt.VERIFYUDEV));
  }

  /**
   * Sets the cookie that a command's changes carry; complains about a value in the environment that
   * is no cookie.
   */
  public static void setUpUdev(Session session) {
    Settings settings = session.settings();
    if (session.has(Opt.NOUDEVSYNC) && settings.udevDisabled()) {
      session.mapper().reportUdevObstacles();
    }
    int cookie = session.options().value(Opt.UDEVCOOKIE, 0);
    String text = session.surroundings().environment().getOrDefault(COOKIE, "");
    if (cookie == 0 && !text.isEmpty()) {
      cookie = Cookie.parse(text);
      if (cookie == 0) {
        session.fail(Cookie.INCORRECT);
      }
    }
    settings.udevCookie(cookie);
  }
}
