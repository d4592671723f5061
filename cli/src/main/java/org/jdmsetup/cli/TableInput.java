package org.jdmsetup.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.ioctl.Errno;
import org.jdmsetup.ioctl.LibC;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.ParsedTable;
import org.jdmsetup.tables.TableSource;
import org.jdmsetup.tables.TableSyntaxException;
import org.jdmsetup.tables.TableText;

/** Where a table comes from: the option, else the file, else standard input. */
final class TableInput {
  private static final int CHUNK = 16 * 1024;

  private TableInput() {}

  /**
   * Reads the table.
   *
   * @param file an operand, or null
   * @return null after a failure, which has been reported
   */
  static ParsedTable read(Session session, String file) {
    String text;
    TableSource source;
    if (session.has(Opt.TABLE)) {
      text = session.options().text(Opt.TABLE);
      source = TableSource.OPTION;
    } else if (file != null) {
      text = fileText(session, file);
      source = TableSource.file(file);
    } else {
      text = standardInput(session);
      source = TableSource.STDIN;
    }
    if (text == null) {
      return null;
    }
    return parse(session, text, source);
  }

  /** The table in a text; null after a failure, which has been reported. */
  static ParsedTable parse(Session session, String text, TableSource source) {
    try {
      return TableText.parse(text, source);
    } catch (TableSyntaxException e) {
      session.fail(e.getMessage());
      session.because("table " + e.reason());
      return null;
    }
  }

  /** What a file holds; null after a failure, which has been reported. */
  static String fileText(Session session, String file) {
    Path path = session.surroundings().directory().resolve(ByteText.unicode(file));
    if (Files.isDirectory(path)) {
      return ""; // dmsetup opens it and finds no lines
    }
    try {
      return ByteText.of(isUnicode(file) ? Files.readAllBytes(path) : bytes(file));
    } catch (IOException e) {
      session.fail("Couldn't open '" + file + "' for reading.");
      return null;
    }
  }

  private static boolean isUnicode(String file) {
    return ByteText.ofUnicode(ByteText.unicode(file)).equals(file);
  }

  /** What a file holds that has a name which Java's paths cannot hold. */
  private static byte[] bytes(String file) throws IOException {
    int descriptor = LibC.get().open(LibC.path(file), LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
    if (descriptor < 0) {
      throw new IOException(Errno.text(LibC.errno()));
    }
    try {
      return Files.readAllBytes(Path.of("/proc/self/fd", Integer.toString(descriptor)));
    } finally {
      LibC.get().close(descriptor);
    }
  }

  /** All of standard input; empty when it is closed or a directory. */
  static String standardInput(Session session) {
    try {
      return all(session.surroundings().in());
    } catch (IOException e) {
      return "";
    }
  }

  /** All that a stream holds. */
  static String all(InputStream in) throws IOException {
    // not readAllBytes: that of a FileInputStream seeks first, which a pipe cannot
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int got = in.read(chunk); got > 0; got = in.read(chunk)) {
      bytes.write(chunk, 0, got);
    }
    return ByteText.of(bytes.toByteArray());
  }
}
