package org.jdmsetup.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.check.ConciseCheck;
import org.jdmsetup.tables.text.ParsedTable;
import org.jdmsetup.tables.text.TableSource;
import org.jdmsetup.tables.text.TableSyntaxException;
import org.jdmsetup.tables.text.TableText;

/** Where a table comes from: the option, else the file, else standard input. */
public final class TableInput {
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
    ParsedTable table = parse(session, text, source);
    if (table != null && table.rules().isEmpty()) {
      String where =
          session.has(Opt.TABLE) ? "--table" : file == null ? "standard input" : "'" + file + "'";
      session.remark(
          "There is no rule in "
              + where
              + ". A rule is START LENGTH TYPE PARAMETERS, as in '0 2048 linear /dev/sdb 0'.");
    }
    return table;
  }

  /** Whether more words than a command takes are a table without the quotes around it. */
  public static boolean isTableInWords(String command, List<String> operands) {
    boolean takesTable = command.equals("create") || command.endsWith("load");
    return takesTable && operands.stream().anyMatch(word -> word.matches("\\d+"));
  }

  /** The table in a text; null after a failure, which has been reported. */
  static ParsedTable parse(Session session, String text, TableSource source) {
    try {
      return TableText.parse(text, source);
    } catch (TableSyntaxException e) {
      session.fail(e.getMessage());
      session.keepReason("table " + e.reason());
      if (ConciseCheck.looksConcise(text)) {
        session.keepReason("Text with devices in it, and not a table alone, is for --concise.");
      }
      return null;
    }
  }

  /** What a file holds; null after a failure, which has been reported. */
  static String fileText(Session session, String file) {
    try (InputStream in = open(session, file)) {
      return text(session, in, file);
    } catch (IOException e) {
      session.fail("Couldn't open '" + file + "' for reading.");
      session.keepReason(whyNotOpened(file, e));
      return null;
    }
  }

  private static String whyNotOpened(String file, IOException e) {
    if (file.matches("\\s*\\d+\\s+\\d+\\s+\\S.*")) {
      return "It looks like a rule: a table on the command line stands behind --table, as in"
          + " --table '"
          + file
          + "'.";
    }
    String reason =
        e instanceof NoSuchFileException
            ? Errno.ENOENT.text()
            : e instanceof AccessDeniedException ? Errno.EACCES.text() : e.getMessage();
    return file + ": " + reason + ".";
  }

  private static InputStream open(Session session, String file) throws IOException {
    if (file.isEmpty()) {
      throw new NoSuchFileException(file); // as a Path it would be the working directory
    }
    if (ByteText.ofUnicode(ByteText.unicode(file)).equals(file)) {
      return Files.newInputStream(
          session.surroundings().directory().resolve(ByteText.unicode(file)));
    }
    // Java's paths cannot hold such a name
    int descriptor = LibC.get().open(LibC.path(file), Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
    if (descriptor < 0) {
      throw new IOException(Errno.text(LibC.errno()));
    }
    try {
      return Files.newInputStream(Path.of("/proc/self/fd", Integer.toString(descriptor)));
    } finally {
      LibC.get().close(descriptor);
    }
  }

  /** What standard input holds; null after a failure, which has been reported. */
  static String standardInput(Session session) {
    return text(session, session.surroundings().in(), "stdin");
  }

  /**
   * All that a stream holds. One that cannot be read at all (a directory, a closed descriptor) is
   * empty to dmsetup, and here. One that fails later is an error, because with half of a table the
   * device would be too short.
   */
  private static String text(Session session, InputStream in, String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      copy(in, bytes);
    } catch (IOException e) {
      if (bytes.size() > 0) {
        session.fail(
            "Couldn't read '" + name + "' beyond " + bytes.size() + " bytes: " + e.getMessage());
        return null;
      }
      session.remark(name + ": " + e.getMessage() + ".");
    }
    return ByteText.of(bytes.toByteArray());
  }

  /** All that a stream holds. */
  static String all(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy(in, bytes);
    return ByteText.of(bytes.toByteArray());
  }

  /** Not readAllBytes: that of a FileInputStream seeks first, which a pipe cannot. */
  private static void copy(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int got = in.read(chunk); got > 0; got = in.read(chunk)) {
      bytes.write(chunk, 0, got);
    }
  }
}
