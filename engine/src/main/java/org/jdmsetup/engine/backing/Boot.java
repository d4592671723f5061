package org.jdmsetup.engine.backing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's boot: numbers that it gives to disks as they come mean nothing in another. */
final class Boot {

  /** Of this boot; empty when the kernel does not say. */
  static final String ID = read();

  private Boot() {}

  private static String read() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
