package org.jdmsetup.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.engine.block.Uninterruptibly;
import org.jdmsetup.engine.expose.loop.StaleExposure;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock file of a run directory, of whose daemons only one runs. It holds the daemon's process
 * number. A daemon that finds another one's number in it reports what became of that one.
 *
 * <p>The lock is flock(2)'s, which ends with the process, and not Java's, which would end as soon
 * as anything in this process closes the file.
 */
final class DaemonLock {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonLock.class);

  /**
   * How often, and how far apart, the lock of a killed daemon is tried until the kernel frees it.
   */
  private static final int DYING_TRIES = 50;

  private static final int DYING_PAUSE_MILLIS = 100;

  private final Path path;
  private final int descriptor;

  private DaemonLock(Path path, int descriptor) {
    this.path = path;
    this.descriptor = descriptor;
  }

  /**
   * Takes the lock. A daemon that ends removes the file, so the lock counts only if the file is
   * still the one that was locked.
   *
   * @param notice gets a sentence if the daemon before this one crashed
   * @throws CannotStartException if another daemon runs
   */
  static DaemonLock take(RunDirectory directory, List<String> notice)
      throws IOException, CannotStartException {
    String path = directory.lock().toString();
    for (int tries = 1; ; tries++) {
      int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_CLOEXEC;
      int descriptor = NativeIo.C.open(path, flags, 0600);
      if (descriptor < 0) {
        throw new IOException(path + ": " + Errno.text(NativeIo.errno()));
      }
      if (NativeIo.C.flock(descriptor, Linux.LOCK_EX | Linux.LOCK_NB) != 0) {
        NativeIo.C.close(descriptor);
        String holder = Files.readString(Path.of(path)).strip();
        if (tries <= DYING_TRIES && isDying(holder)) {
          StaleExposure.abort(directory.path());
          Uninterruptibly.sleep(DYING_PAUSE_MILLIS);
          continue;
        }
        throw new CannotStartException(
            path + " is locked: another engine runs in this directory, pid " + holder);
      }
      FileFacts locked = FileFacts.of(descriptor);
      FileFacts present = FileFacts.of(path);
      if (locked != null && present != null && locked.isSameFile(present)) {
        Path file = Path.of("/proc/self/fd/" + descriptor);
        String before = Files.readString(file).strip();
        if (!before.isEmpty()) {
          reportPredecessor(before, directory, notice);
        }
        Files.writeString(file, ProcessHandle.current().pid() + "\n");
        return new DaemonLock(directory.lock(), descriptor);
      }
      NativeIo.C.close(descriptor);
    }
  }

  /** Tells of the daemon that left its number in the file. */
  private static void reportPredecessor(String pid, RunDirectory directory, List<String> notice)
      throws IOException {
    Path report = directory.crashReport(pid);
    if (!Files.exists(report)) {
      LOG.warn("the daemon before this one, pid {}, was ended by force", pid);
      return;
    }
    String crash = "The engine before this one crashed: please report that with " + report + ".";
    LOG.error(crash);
    notice.add(crash);
    CrashReports.prune(directory.path());
  }

  /**
   * Whether a process was killed but cannot end yet, because the kernel is still busy in one of its
   * threads.
   */
  private static boolean isDying(String pid) {
    try {
      String stat = Files.readString(Path.of("/proc", pid, "stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      return true; // it went just now
    }
  }

  /** Removes the file, then lets another daemon lock its own. */
  void release() throws IOException {
    Files.deleteIfExists(path);
    NativeIo.C.close(descriptor);
  }
}
