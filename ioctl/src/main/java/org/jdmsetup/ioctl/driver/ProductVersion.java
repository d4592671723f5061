package org.jdmsetup.ioctl.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.tables.ByteText;

/**
 * Which version of jdmsetup this code is, and how the engine's daemon says which one it is: by its
 * {@link EngineWire.DaemonHello#description}, {@code jdmsetup engine VERSION, pid PID, in
 * DIRECTORY}.
 */
public final class ProductVersion {
  private static final String ENGINE = "jdmsetup engine ";
  private static final Pattern DESCRIPTION =
      Pattern.compile(ENGINE + "(\\S+), pid (\\d+), in .*", Pattern.DOTALL);

  private ProductVersion() {}

  /** The version of this code, as it stands in the package's name. */
  public static String ours() {
    try (InputStream in = ProductVersion.class.getResourceAsStream("version.txt")) {
      return ByteText.of(in.readAllBytes()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a daemon of this version calls itself. */
  public static String engineDescription(long pid, RunDirectory directory) {
    return ENGINE + ours() + ", pid " + pid + ", in " + directory.path();
  }

  /** The version in a daemon's description of itself; null if it does not say. */
  static String ofEngine(String description) {
    return part(description, 1);
  }

  /** The process id in a daemon's description of itself; null if it does not say. */
  static String pidOfEngine(String description) {
    return part(description, 2);
  }

  private static String part(String description, int group) {
    Matcher parts = DESCRIPTION.matcher(description);
    return parts.matches() ? parts.group(group) : null;
  }
}
