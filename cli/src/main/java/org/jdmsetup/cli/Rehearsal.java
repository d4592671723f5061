package org.jdmsetup.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jdmsetup.cli.session.Drivers;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.ioctl.session.DeviceMapper;

/**
 * What the JVM watches to make a class archive: a run that loads what later runs will need, once,
 * while the package is built. It runs command lines whose driver answers everything with an empty
 * success, one whose driver cannot be reached, and loads the classes that these leave out. It
 * changes nothing on the machine: its device directory is one in which nothing can be made.
 */
final class Rehearsal {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DM_DEV_DIR", "/proc/none/", "DM_DISABLE_UDEV", "1");
  private static final List<String> COMMAND_LINES =
      List.of(
          "version",
          "targets",
          "ls",
          "ls --tree",
          "create a",
          "create a --notable",
          "load a",
          "suspend a",
          "resume a",
          "info",
          "info a",
          "info -c",
          "table",
          "table a",
          "table -S name=a",
          "splitname a-b",
          "status a",
          "deps a",
          "message a 0 x",
          "rename a b",
          "clear a",
          "remove a",
          "mknodes",
          "help",
          "help -c",
          "no-such-command",
          "ls --no-such-option");
  private static final String TABLE =
      "0 2048 linear /proc/none 0\n2048 2048 striped 2 8 7:0 0 7:1 0";
  private static final String OURS = "org/jdmsetup/";

  /** Classes of the libraries that the engine makes native calls with, beyond what commands use. */
  private static final Pattern OF_NATIVE_CALLS =
      Pattern.compile(
          "jnr/(ffi|posix|x86asm)/.*|jnr/constants/(platform/(linux/)?)?[^/]+"
              + "|com/kenai/jffi/.*|org/(objectweb/asm|slf4j)/[^/]+");

  private static final String CLASS = ".class";

  private Rehearsal() {}

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    for (String line : COMMAND_LINES) {
      run(
          line,
          (settings, messages) -> new DeviceMapper(settings, messages, new AcceptingDriver()));
    }
    run("ls --backend kernel", DeviceMapper::new);
    speakOverSocket();
    try (var jar = new ZipFile(System.getProperty("java.class.path"))) {
      var entries = jar.entries();
      while (entries.hasMoreElements()) {
        load(entries.nextElement());
      }
    }
  }

  private static void run(String line, Drivers drivers) {
    InputStream table = new ByteArrayInputStream(TABLE.getBytes(StandardCharsets.US_ASCII));
    OutputStream nowhere = OutputStream.nullOutputStream();
    Main.run(
        "dmsetup",
        line.split(" "),
        new Surroundings(table, nowhere, nowhere, false, ENVIRONMENT, Path.of(""), drivers));
  }

  /** As a command speaks to the engine. */
  private static void speakOverSocket() throws IOException {
    Path directory = Files.createTempDirectory("jdmsetup-rehearsal");
    Path socket = directory.resolve("socket");
    var address = UnixDomainSocketAddress.of(socket);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        var client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(address);
      try (var served = server.accept()) {
        client.write(new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)});
        served.read(ByteBuffer.allocateDirect(16));
      }
    } finally {
      Files.delete(socket);
      Files.delete(directory);
    }
  }

  private static void load(ZipEntry entry) throws ClassNotFoundException {
    String name = entry.getName();
    if (!name.endsWith(CLASS) || name.endsWith("-info.class")) {
      return;
    }
    String className = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
    if (name.startsWith(OURS)) {
      Class.forName(className, false, Rehearsal.class.getClassLoader());
    } else if (OF_NATIVE_CALLS.matcher(name).matches()) {
      try {
        Class.forName(className, false, Rehearsal.class.getClassLoader());
      } catch (LinkageError e) {
        // one that only other libraries need, which the package does not have
      }
    }
  }

  /** A driver that says yes to everything and has nothing to tell. */
  private static final class AcceptingDriver implements ControlDevice {
    @Override
    public int call(DmCommand command, ByteBuffer buffer) {
      return 0;
    }

    @Override
    public String reason() {
      return "";
    }

    @Override
    public int major() {
      return 0;
    }

    @Override
    public String description() {
      return "";
    }

    @Override
    public void close() {}
  }
}
