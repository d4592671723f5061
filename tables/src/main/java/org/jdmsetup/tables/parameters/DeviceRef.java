package org.jdmsetup.tables.parameters;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.jdmsetup.tables.ByteText;

/**
 * How a table names a device: a number, a path, or (in the engine only; a kernel looks for a file
 * of that name) a remote disk.
 */
public sealed interface DeviceRef {

  /**
   * Reads a word as the kernel does: two unsigned decimal numbers with a colon between and nothing
   * after are a device number, anything else names a device.
   *
   * @throws DeviceNumberException if it is a device number that does not fit into one
   */
  static DeviceRef parse(String word) throws DeviceNumberException {
    DeviceNumber number = DeviceNumberWord.deviceNumber(word);
    if (number != null) {
      return new Number(number);
    }
    URI remote = remote(word);
    return remote != null ? new Remote(remote) : new Path(word);
  }

  private static URI remote(String word) {
    if (!word.startsWith("nbd://") && !word.startsWith("nbd+unix://")) {
      return null;
    }
    try {
      return new URI(word);
    } catch (URISyntaxException notOne) {
      return null;
    }
  }

  /** The word as a table has it, before escaping. */
  @Override
  String toString();

  /** A device by its number. */
  record Number(DeviceNumber number) implements DeviceRef {

    public Number {
      Objects.requireNonNull(number);
    }

    @Override
    public String toString() {
      return number.toString();
    }
  }

  /**
   * A device, or for the engine a regular file, by its path in {@linkplain ByteText byte text}.
   *
   * @param path not empty, and no device number or remote disk's address
   */
  record Path(String path) implements DeviceRef {

    public Path {
      if (path.isEmpty() || DeviceNumberWord.isDeviceNumber(path) || remote(path) != null) {
        throw new IllegalArgumentException("no path: '" + path + "'");
      }
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /**
   * A disk served over NBD.
   *
   * @param uri of scheme {@code nbd} or {@code nbd+unix}
   */
  record Remote(URI uri) implements DeviceRef {

    public Remote {
      if (!"nbd".equals(uri.getScheme()) && !"nbd+unix".equals(uri.getScheme())) {
        throw new IllegalArgumentException("no address of a remote disk: " + uri);
      }
    }

    @Override
    public String toString() {
      return uri.toString();
    }
  }
}
