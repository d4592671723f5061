package org.jdmsetup.it.world;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.testing.Needs;
import org.testcontainers.DockerClientFactory;

/** What integration tests need of the machine and of the build, as {@link Needs} asks for it. */
public final class Requirement {
  private Requirement() {}

  public static void root() {
    Needs.that("root".equals(System.getProperty("user.name")), "root");
  }

  public static void kernel() {
    Needs.that(Guest.available(), "the packages user-mode-linux and busybox");
    Needs.tools("cc", "dmsetup");
  }

  /** Block nodes for the engine's devices. */
  public static void blockNodes() {
    root();
    Needs.that(Files.exists(Path.of("/dev/fuse")), "/dev/fuse");
    Needs.that(Files.exists(Path.of("/dev/loop-control")), "/dev/loop-control");
  }

  /** The packaged product: it is there after the build's package phase. */
  public static void product() {
    Needs.that(Files.isExecutable(Product.dmsetup()), Product.dmsetup() + " (mvn package)");
  }

  /** A container engine, which is asked for apart: {@code -Dit.docker.required=true}. */
  public static void docker() {
    Needs.that(
        DockerClientFactory.instance().isDockerAvailable(),
        "a container engine",
        "it.docker.required");
  }
}
