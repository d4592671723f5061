package org.jdmsetup.engine.nativeio;

import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * What concerns this process as a whole: its session, its directory, its file mode mask, its user.
 * These calls go through jnr-posix, which has them for every system. What serves requests stays
 * with {@link NativeIo}: jnr-posix takes buffers and strings where the engine has addresses,
 * allocates, and knows no ioctl, statx, fallocate or O_PATH. Loading it costs a daemon's start a
 * tenth of a second, and a process that asks nothing of it, nothing.
 */
public final class OwnProcess {
  private static final POSIX POSIX = POSIXFactory.getPOSIX();

  private OwnProcess() {}

  /** The real user's id. */
  public static int uid() {
    return POSIX.getuid();
  }

  /**
   * Leaves the starter's session, directory and file mode mask.
   *
   * @param directory to be in from now on
   * @param mask permissions that files made from now on do not get
   */
  public static void daemonize(String directory, int mask) {
    POSIX.setsid(); // fails for who leads a group already, and then it is not needed
    POSIX.umask(mask);
    POSIX.chdir(directory);
  }
}
