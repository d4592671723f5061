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
 * The daemon's standard error, if that is the log in the run directory. It is rotated, because the
 * run directory is often in memory: {@code daemon.log.1} replaces {@code daemon.log.2}, and the
 * full log is copied to {@code daemon.log.1} and emptied. It is not renamed, because the JVM writes
 * to it too.
 */
final class DaemonLog extends OutputStream {
  private static final long MAX_BYTES = 1 << 20;

  private final Path file;
  private final OutputStream out;
  private final long maxBytes;
  private long written;

  /**
   * @param file the log
   * @param out appends to it
   * @param maxBytes how large the log may grow
   */
  DaemonLog(Path file, OutputStream out, long maxBytes) throws IOException {
    this.file = file;
    this.out = out;
    this.maxBytes = maxBytes;
    this.written = Files.size(file);
  }

  /** Limits the size of the log from now on, if this process's standard error goes to it. */
  static void limitStandardError(Path file) throws IOException {
    if (Files.exists(file) && Files.isSameFile(file, Path.of("/proc/self/fd/2"))) {
      OutputStream log = new DaemonLog(file, new FileOutputStream(FileDescriptor.err), MAX_BYTES);
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (written > 0 && written + length > maxBytes) {
      rotate();
    }
    written += length;
    out.write(bytes, offset, length);
  }

  /** Where that fails (no room, no directory) the log is lost rather than the daemon. */
  private void rotate() throws IOException {
    written = 0;
    Path last = rotated(1);
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (Files.exists(last)) {
        Files.move(last, rotated(2), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.copy(file, last, StandardCopyOption.COPY_ATTRIBUTES);
      log.truncate(0);
    }
  }

  private Path rotated(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }
}
