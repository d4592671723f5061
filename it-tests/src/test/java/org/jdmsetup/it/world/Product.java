package org.jdmsetup.it.world;

import java.nio.file.Path;

/** The packaged product, as the build leaves it. */
public final class Product {
  private static final Path TARGET = Path.of("..", "cli", "target").toAbsolutePath().normalize();
  private static final String NAME = "jdmsetup-" + System.getProperty("it.version");

  private Product() {}

  /** The unpacked distribution. */
  public static Path directory() {
    return TARGET.resolve("dist").resolve(NAME);
  }

  /** What users download. */
  public static Path archive() {
    return TARGET.resolve(NAME + ".tar.gz");
  }

  public static Path dmsetup() {
    return directory().resolve("bin/dmsetup");
  }
}
