package org.jdmsetup.it;

import java.nio.file.Path;

/** The packaged product, as the build leaves it. */
final class Product {
  private static final Path TARGET = Path.of("..", "cli", "target").toAbsolutePath().normalize();
  private static final String NAME = "jdmsetup-" + System.getProperty("it.version");

  private Product() {}

  /** The unpacked distribution. */
  static Path directory() {
    return TARGET.resolve("dist").resolve(NAME);
  }

  /** What users download. */
  static Path archive() {
    return TARGET.resolve(NAME + ".tar.gz");
  }

  static Path dmsetup() {
    return directory().resolve("bin/dmsetup");
  }
}
