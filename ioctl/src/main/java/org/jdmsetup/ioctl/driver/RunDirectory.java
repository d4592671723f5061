package org.jdmsetup.ioctl.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.Errno;

/**
 * Where the engine keeps its sockets, lock, log and journal: {@code $JDMSETUP_RUN_DIR}, else {@code
 * /run/jdmsetup} for root, else {@code $XDG_RUNTIME_DIR/jdmsetup}, else {@code /tmp/jdmsetup-UID}.
 * It has mode 0700 and belongs to the user. One that belongs to somebody else is refused, since its
 * owner could pretend to be the engine. So is one that somebody else could replace by another
 * directory, because they may write to a directory above it.
 */
public final class RunDirectory {
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final int GROUP_MAY_WRITE = 020;
  private static final int OTHERS_MAY_WRITE = 02;

  /** The owner that the kernel shows for files whose owner has no number in this user namespace. */
  private static final int OVERFLOW_UID = 65534;

  /** {@code sockaddr_un} has room for this many bytes and a NUL. */
  private static final int SOCKET_PATH_LIMIT = 107;

  private final Path path;
  private final int uid;

  private RunDirectory(Path path, int uid) {
    this.path = path;
    this.uid = uid;
  }

  /** The directory of this process's user, by its environment. Nothing is made or checked yet. */
  public static RunDirectory ofProcess() {
    return of(System.getenv(), processUid());
  }

  /** The directory for an environment and an effective user. */
  public static RunDirectory of(Map<String, String> environment, int uid) {
    String chosen = environment.getOrDefault("JDMSETUP_RUN_DIR", "");
    if (!chosen.isEmpty()) {
      return new RunDirectory(Path.of(chosen).toAbsolutePath().normalize(), uid);
    }
    if (uid == 0) {
      return new RunDirectory(Path.of("/run/jdmsetup"), uid);
    }
    String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (session.startsWith("/")) {
      return new RunDirectory(Path.of(session, "jdmsetup"), uid);
    }
    return new RunDirectory(Path.of("/tmp/jdmsetup-" + uid), uid);
  }

  /** This directory, for the daemon, which is told its path. */
  public static RunDirectory at(Path path) {
    return new RunDirectory(path.toAbsolutePath().normalize(), processUid());
  }

  private static int processUid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException("/proc is not mounted: " + e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** The control protocol's socket. */
  public Path controlSocket() {
    return path.resolve("control.sock");
  }

  public Path nbdSocket() {
    return path.resolve("nbd.sock");
  }

  /** Locked by the running daemon. */
  public Path lock() {
    return path.resolve("daemon.lock");
  }

  public Path log() {
    return path.resolve("daemon.log");
  }

  /** What the JVM of the daemon with this process id leaves if it crashes. */
  public Path crashReport(String pid) {
    return path.resolve("crash-" + pid + ".log");
  }

  /** The FUSE mount. */
  public Path fuse() {
    return path.resolve("fuse");
  }

  /**
   * Owner and mode of the nodes that a daemon took away, for the next daemon to make them again.
   */
  public Path nodes() {
    return path.resolve("nodes");
  }

  /** One file a device: what a restarted daemon brings back. */
  public Path journal() {
    return path.resolve("journal");
  }

  /**
   * Makes the directory (mode 0700) if it is not there, and checks it.
   *
   * @throws IOException with a text for people if it cannot be made or must not be trusted
   */
  public void create() throws IOException {
    if (controlSocket().toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_LIMIT) {
      throw new IOException(
          "run directory "
              + path
              + " is too long a path for a socket; JDMSETUP_RUN_DIR chooses another");
    }
    try {
      if (path.getParent() != null && !Files.isDirectory(path.getParent())) {
        Files.createDirectories(path.getParent());
      }
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // checked below, whoever made it
    } catch (IOException e) {
      throw new IOException(
          "run directory "
              + path
              + " cannot be made: "
              + reason(e)
              + "; JDMSETUP_RUN_DIR chooses another",
          e);
    }
    check();
  }

  /** What is wrong, as the C library says it. */
  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return Errno.ENOENT.text();
    }
    return e instanceof AccessDeniedException ? Errno.EACCES.text() : e.getMessage();
  }

  /** Whether the directory is there at all. */
  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether no daemon is here and no device waits for one; false where that is not certain. */
  boolean isIdle() {
    if (!exists()) {
      return true;
    }
    if (Files.exists(lock(), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(controlSocket(), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      check();
      try (DirectoryStream<Path> devices = Files.newDirectoryStream(journal())) {
        return !devices.iterator().hasNext();
      }
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks that the directory is one, belongs to this user and is closed to others.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException with a text for people if it must not be trusted
   */
  public void check() throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw new IOException(
          "run directory " + path + " is not a directory; JDMSETUP_RUN_DIR chooses another");
    }
    int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (owner != uid) {
      throw new IOException(
          "run directory "
              + path
              + " belongs to "
              + attributes.owner().getName()
              + " (uid "
              + owner
              + "), not to uid "
              + uid
              + ": refused; JDMSETUP_RUN_DIR chooses another");
    }
    for (PosixFilePermission permission : attributes.permissions()) {
      if (OTHERS_WRITE.contains(permission)) {
        throw new IOException(
            "run directory "
                + path
                + " has mode "
                + PosixFilePermissions.toString(attributes.permissions())
                + ": refused because others may write to it, expected rwx------");
      }
    }
    checkParents(path);
    checkParents(path.toRealPath());
  }

  /** Checks that nobody else may rename or replace a directory above a path. */
  private void checkParents(Path below) throws IOException {
    Integer gid = null;
    for (Path above = below.getParent(); above != null; above = above.getParent()) {
      Map<String, Object> facts =
          Files.readAttributes(above, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) facts.get("mode");
      int owner = (Integer) facts.get("uid");
      if (owner != 0 && owner != uid && owner != OVERFLOW_UID) {
        throw replaceable(above + " belongs to uid " + owner);
      }
      boolean keepsEntries = (mode & Linux.S_ISVTX) != 0 || (mode & Linux.S_IFMT) == Linux.S_IFLNK;
      if (!keepsEntries && (mode & OTHERS_MAY_WRITE) != 0) {
        throw replaceable("anybody may write to " + above);
      }
      int group = (Integer) facts.get("gid");
      if (!keepsEntries && (mode & GROUP_MAY_WRITE) != 0 && group != 0) {
        gid = gid == null ? (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid") : gid;
        if (group != gid) {
          throw replaceable("the group with gid " + group + " may write to " + above);
        }
      }
    }
  }

  private IOException replaceable(String reason) {
    return new IOException(
        "run directory "
            + path
            + " could be replaced by others, because "
            + reason
            + ": refused; JDMSETUP_RUN_DIR chooses another");
  }
}
