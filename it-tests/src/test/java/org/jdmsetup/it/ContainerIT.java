package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.it.world.Product;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Trees;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.MountableFile;

/**
 * The packaged product where there is next to nothing: a container without privileges,
 * capabilities, network or devices of its own. Its image comes from no registry: empty directories
 * and links, with the host's /usr and /etc read-only in their places.
 */
final class ContainerIT {
  private static final String NOBODY = "65534:65534";

  /** What newer versions of Docker's own profile forbid, whichever version is installed here. */
  private static final String NO_IO_URING =
      """
      {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{
          "names": ["io_uring_setup", "io_uring_enter", "io_uring_register"],
          "action": "SCMP_ACT_ERRNO"
        }]
      }
      """;

  /** Keeps a machine that must have a container engine from skipping the other tests in silence. */
  @Test
  void thereIsAContainerEngineWhereThereMustBe() {
    if (Boolean.getBoolean("it.docker.required")) {
      assertTrue(DockerClientFactory.instance().isDockerAvailable(), "no container engine");
    }
  }

  @Test
  void devicesOverNbdInABareContainer() throws Exception {
    Requirement.docker();
    Requirement.product();
    Needs.tools("qemu-io", "nbdcopy", "nbdinfo");
    try (GenericContainer<?> container = bare(image())) {
      container.start();
      // Nothing here that a kernel device or a packet could come from.
      run(container, "test ! -e /dev/mapper && test ! -e /dev/fuse && test ! -e /dev/loop0");
      run(container, "test \"$(id -u)\" = 65534 && ! grep -v -e lo: -e '|' /proc/net/dev");

      run(container, "mkdir package && tar -xzf jdmsetup.tar.gz -C package --strip-components=1");
      run(container, "head -c 10000384 /dev/urandom > one; head -c 5000192 /dev/urandom > two");
      run(
          container,
          """
          package/bin/dmsetup create twoasone 2>said <<END
          0 19532 linear $PWD/one 0
          19532 9766 linear $PWD/two 0
          END
          """);
      assertEquals(
          "1\n",
          run(
              container,
              "grep -c 'io_uring cannot be used (io_uring_setup: Operation not permitted): threads' said"));
      run(container, "package/bin/dmsetup version -v 2>&1 | grep ', with threads$'");
      assertEquals(
          "0 19532 linear \n19532 9766 linear \n",
          run(container, "package/bin/dmsetup status twoasone"));
      assertEquals("15000576\n", run(container, "nbdinfo --size \"" + url("twoasone") + "\""));
      run(container, "nbdcopy \"" + url("twoasone") + "\" copy && cat one two | cmp - copy");

      run(
          container,
          "package/bin/dmsetup create striped --table \"0 19456 striped 2 128 $PWD/one 0 $PWD/three 0\" 2>&1 | grep three");
      run(
          container,
          "truncate -s 5000192 three && package/bin/dmsetup create striped"
              + " --table \"0 19456 striped 2 128 $PWD/two 0 $PWD/three 0\" 2>&1 | grep -i busy"
              + " || package/bin/dmsetup info striped");
      run(
          container,
          "qemu-io -f raw -c 'write -P 0x77 1M 128k' -c flush -c 'read -P 0x77 1M 128k' \""
              + url("twoasone")
              + "\" | grep -v fail");

      run(container, "package/bin/dmsetup remove_all");
      assertEquals("No devices found\n", run(container, "package/bin/dmsetup ls"));
    }
  }

  private static String url(String device) {
    return "nbd+unix:///" + device + "?socket=$XDG_RUNTIME_DIR/jdmsetup/nbd.sock";
  }

  private static String run(GenericContainer<?> container, String line)
      throws IOException, InterruptedException {
    ExecResult result = container.execInContainer("/bin/sh", "-c", line);
    assertEquals(0, result.getExitCode(), line + "\n" + result.getStdout() + result.getStderr());
    return result.getStdout();
  }

  @SuppressWarnings("resource") // the caller closes what the fluent calls return
  private static GenericContainer<?> bare(String image) {
    return new GenericContainer<>(image)
        .withImagePullPolicy(name -> false)
        .withNetworkMode("none")
        .withWorkingDirectory("/work")
        .withEnv("XDG_RUNTIME_DIR", "/work/run")
        .withEnv("JAVA_HOME", System.getProperty("java.home"))
        .withCommand("/bin/sh", "-c", "mkdir /work/run && sleep infinity")
        .withCopyFileToContainer(
            MountableFile.forHostPath(Product.archive()), "/work/jdmsetup.tar.gz")
        .withCreateContainerCmdModifier(
            command ->
                command
                    .withUser(NOBODY)
                    .getHostConfig()
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(List.of("no-new-privileges", "seccomp=" + NO_IO_URING))
                    .withBinds(Bind.parse("/usr:/usr:ro"), Bind.parse("/etc:/etc:ro")));
  }

  /** Makes the image, which takes no registry, and returns its name. */
  private static String image() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("jdmsetup-image");
    try {
      Process tar =
          new ProcessBuilder(
                  "/bin/sh",
                  "-ec",
                  """
                  mkdir -m 755 usr etc proc sys dev run var work
                  mkdir -m 1777 tmp
                  for link in bin sbin lib lib64; do ln -s usr/$link $link; done
                  tar -c -f image.tar --owner=0 --group=0 bin sbin lib lib64 usr etc proc sys dev run var tmp
                  tar -r -f image.tar --owner=65534 --group=65534 work
                  """)
              .directory(directory.toFile())
              .inheritIO()
              .start();
      assertEquals(0, tar.waitFor());
      return new ImageFromDockerfile()
          .withFileFromString("Dockerfile", "FROM scratch\nADD image.tar /\n")
          .withFileFromPath("image.tar", directory.resolve("image.tar"))
          .get();
    } finally {
      Trees.delete(directory);
    }
  }
}
