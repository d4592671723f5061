package org.jdmsetup.it.world;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/**
 * What a test needs of the machine. A test that lacks it is skipped, unless {@code
 * -Dit.required=true} says that this machine is meant to have everything: then it fails.
 */
public final class Requirement {
  private static final List<Path> DIRECTORIES =
      List.of(
          Path.of("/usr/local/bin"), Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"));

  private Requirement() {}

  public static void root() {
    require("root".equals(System.getProperty("user.name")), "root");
  }

  public static void kernel() {
    require(Guest.available(), "the packages user-mode-linux and busybox");
    tools("cc", "dmsetup");
  }

  public static void tools(String... names) {
    for (String name : names) {
      boolean found =
          DIRECTORIES.stream().anyMatch(directory -> Files.isExecutable(directory.resolve(name)));
      require(found, "the program " + name);
    }
  }

  /** Block nodes for the engine's devices. */
  public static void blockNodes() {
    root();
    require(Files.exists(Path.of("/dev/fuse")), "/dev/fuse");
    require(Files.exists(Path.of("/dev/loop-control")), "/dev/loop-control");
  }

  /** The packaged product: it is there after the build's package phase. */
  public static void product() {
    require(Files.isExecutable(Product.dmsetup()), Product.dmsetup() + " (mvn package)");
  }

  /** A container engine, which is asked for apart: {@code -Dit.docker.required=true}. */
  public static void docker() {
    require(
        DockerClientFactory.instance().isDockerAvailable(),
        "a container engine",
        "it.docker.required");
  }

  private static void require(boolean there, String what) {
    require(there, what, "it.required");
  }

  private static void require(boolean there, String what, String property) {
    if (there) {
      return;
    }
    if (Boolean.getBoolean(property)) {
      fail("this machine must have " + what);
    }
    abort("needs " + what);
  }
}
