package org.jdmsetup.cli.session;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * All that an invocation takes from outside; nothing else reaches it, so that many can run in one
 * JVM.
 *
 * @param ownStreams whether the streams are the process's own, so that its children may inherit
 *     them
 * @param directory where relative file operands start
 * @param drivers how to get at a driver
 */
public record Surroundings(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean ownStreams,
    Map<String, String> environment,
    Path directory,
    Drivers drivers) {

  /** The variable that overrides all others in the choice of a locale. */
  public static final String LC_ALL = "LC_ALL";
}
