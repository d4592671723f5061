package org.jdmsetup.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
      return ByteText.of(Files.readAllBytes(path));
    } catch (IOException e) {
      session.fail("Couldn't open '" + file + "' for reading.");
      return null;
    }
  }

  /** All of standard input. */
  static String standardInput(Session session) {
    try {
      // not readAllBytes: that of a FileInputStream seeks first, which a pipe cannot
      InputStream in = session.surroundings().in();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int got = in.read(chunk); got > 0; got = in.read(chunk)) {
        bytes.write(chunk, 0, got);
      }
      return ByteText.of(bytes.toByteArray());
    } catch (IOException e) {
      return ""; // closed or a directory: dmsetup finds no lines either
    }
  }
}
