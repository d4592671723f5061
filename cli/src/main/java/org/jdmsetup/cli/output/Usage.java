package org.jdmsetup.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jdmsetup.tables.ByteText;

/**
 * The usage texts. Their synopses are interfaces of the tools that we stand in for, so they match
 * those; what is explained below them is said in words of our own.
 */
public final class Usage {
  private Usage() {}

  public static String dmsetup() {
    return "Usage:\n\ndmsetup\n" + resource("usage-dmsetup.txt");
  }

  /** The usage text that is shown for a command: of all, or of statistics. */
  public static String ofCommand(String word) {
    return word.equals("stats") ? stats("dmsetup stats") : dmsetup();
  }

  /**
   * @param name {@code dmstats} or {@code dmsetup stats}
   */
  public static String stats(String name) {
    return "Usage:\n\n" + name + "\n" + resource("usage-dmstats.txt");
  }

  /**
   * @param name {@code losetup} or {@code dmlosetup}
   */
  public static String losetup(String name) {
    return "Usage:\n\n" + name + " [-d|-a] [-e encryption] [-o offset] [-f|loop_device] [file]\n\n";
  }

  public static String devmapName() {
    return "Usage: devmap_name <major> <minor>\n\n";
  }

  private static String resource(String name) {
    try (InputStream in = Usage.class.getResourceAsStream(name)) {
      return ByteText.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
