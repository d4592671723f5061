package org.jdmsetup.engine;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The daemon's standard error, where it is the log in the run directory, which often lies in
 * memory: when the log is full it becomes {@code daemon.log.1}, what was that {@code daemon.log.2},
 * and what was that goes. The file itself stays the same, as the JVM writes to it too, so that it
 * is copied and emptied.
 */
final class DaemonLog extends OutputStream {
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private final OutputStream out;
  private final long most;
  private long written;

  /**
   * @param file the log
   * @param out appends to it
   * @param most bytes that it may grow to
   */
  DaemonLog(Path file, OutputStream out, long most) throws IOException {
    this.file = file;
    this.out = out;
    this.most = most;
    this.written = Files.size(file);
  }

  /** From now on this process's standard error, if it goes to the log, lets it grow so far only. */
  static void bound(Path file) throws IOException {
    if (Files.exists(file) && Files.isSameFile(file, Path.of("/proc/self/fd/2"))) {
      OutputStream log = new DaemonLog(file, new FileOutputStream(FileDescriptor.err), MOST_BYTES);
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (written > 0 && written + length > most) {
      beginAnew();
    }
    written += length;
    out.write(bytes, offset, length);
  }

  /** Where that fails (no room, no directory) the log is lost rather than the daemon. */
  private void beginAnew() throws IOException {
    written = 0;
    Path last = older(1);
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (Files.exists(last)) {
        Files.move(last, older(2), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.copy(file, last, StandardCopyOption.COPY_ATTRIBUTES);
      log.truncate(0);
    }
  }

  private Path older(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }
}
