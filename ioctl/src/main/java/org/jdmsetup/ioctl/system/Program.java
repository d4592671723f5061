package org.jdmsetup.ioctl.system;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/**
 * A program that runs in a child process just as a process that is not a JVM would run it: its
 * words and its environment are any bytes, and it inherits every descriptor that this process was
 * started with. A {@link ProcessBuilder} can do none of that.
 */
public final class Program {
  private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int FIRST_NOT_STANDARD = 3;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  /** Room for a {@code posix_spawn_file_actions_t}, whose size differs between C libraries. */
  private static final int ACTIONS_SIZE = 512;

  /** Bytes of a {@code sigset_t}. */
  private static final int SIGNAL_SET_SIZE = 128;

  private static final int BUFFER_SIZE = 8192;

  private final List<String> words;
  private final List<String> environment;
  private final Set<Integer> inherited;

  /**
   * @param words as byte text, not empty; the first is looked up on PATH if it has no slash
   * @param environment as byte text, {@code NAME=VALUE}
   * @param inherited descriptors that the program shall have besides the standard ones
   */
  public Program(List<String> words, List<String> environment, Set<Integer> inherited) {
    this.words = List.copyOf(words);
    this.environment = List.copyOf(environment);
    this.inherited = Set.copyOf(inherited);
  }

  /** The environment that this process was started with. */
  public static List<String> ownEnvironment() {
    try {
      String text = ByteText.of(Files.readAllBytes(Path.of("/proc/self/environ")));
      return text.isEmpty() ? List.of() : List.of(text.split("\0"));
    } catch (IOException e) {
      List<String> environment = new ArrayList<>(); // /proc is hidden
      System.getenv()
          .forEach((name, value) -> environment.add(ByteText.ofUnicode(name + "=" + value)));
      return environment;
    }
  }

  /**
   * Runs the program on this process's own standard streams and waits until it has ended.
   *
   * @throws IOException if it cannot be started
   */
  public void run() throws IOException {
    await(start(0));
  }

  /**
   * Runs the program and waits until it has ended.
   *
   * @param out gets what the program writes to its standard output and error
   * @throws IOException if it cannot be started, or {@code out} fails
   */
  public void run(OutputStream out) throws IOException {
    LibC libc = LibC.get();
    ByteBuffer pipe = memory(2 * Integer.BYTES);
    if (libc.pipe2(LibC.address(pipe), Linux.O_CLOEXEC) < 0) {
      throw new IOException("pipe: " + Errno.text(LibC.errno()));
    }
    int read = pipe.getInt(0);
    int write = pipe.getInt(Integer.BYTES);
    int pid = -1;
    try {
      pid = startOn(write);
      copy(read, out);
    } finally {
      libc.close(read); // so that a program that is still writing gets SIGPIPE and ends
      if (pid >= 0) {
        await(pid);
      }
    }
  }

  /** Starts the program on the writing end of a pipe, which is closed here. */
  private int startOn(int write) throws IOException {
    LibC libc = LibC.get();
    ByteBuffer actions = memory(ACTIONS_SIZE);
    long address = LibC.address(actions);
    libc.posix_spawn_file_actions_init(address);
    try {
      libc.posix_spawn_file_actions_adddup2(address, write, STDOUT);
      libc.posix_spawn_file_actions_adddup2(address, write, STDERR);
      return start(address);
    } finally {
      libc.posix_spawn_file_actions_destroy(address);
      libc.close(write);
      Reference.reachabilityFence(actions);
    }
  }

  /** Starts the program and returns its process id. */
  private int start(long actions) throws IOException {
    closeOwnOnExec();
    unblockQuit();
    int[] pid = new int[1];
    int errno = spawn(pid, words, actions);
    if (errno == Errno.ENOEXEC.number()) {
      // a script that names no interpreter: execvp(3) has the shell run it
      List<String> byShell = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
      byShell.addAll(words);
      errno = spawn(pid, byShell, actions);
    }
    if (errno != 0) {
      throw new IOException(words.get(0) + ": " + Errno.text(errno));
    }
    return pid[0];
  }

  private int spawn(int[] pid, List<String> argv, long actions) {
    ByteBuffer arguments = strings(argv);
    ByteBuffer variables = strings(environment);
    ByteBuffer result = memory(Integer.BYTES);
    int errno =
        LibC.get()
            .posix_spawnp(
                LibC.address(result),
                LibC.path(argv.get(0)),
                actions,
                0,
                LibC.address(arguments),
                LibC.address(variables));
    Reference.reachabilityFence(arguments);
    Reference.reachabilityFence(variables);
    pid[0] = result.getInt(0);
    return errno;
  }

  /** The program does not inherit the descriptors that the JVM has opened for itself. */
  private void closeOwnOnExec() throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        int fd = Integer.parseInt(descriptor.getFileName().toString());
        if (fd >= FIRST_NOT_STANDARD && !inherited.contains(fd)) {
          LibC.get().fcntl(fd, Linux.F_SETFD, Linux.FD_CLOEXEC);
        }
      }
    }
  }

  /**
   * A JVM that handles SIGQUIT blocks it in all threads but one, and a child would inherit that.
   */
  private static void unblockQuit() {
    ByteBuffer signals = memory(SIGNAL_SET_SIZE);
    signals.putLong(0, 1L << Linux.SIGQUIT - 1);
    LibC.get().pthread_sigmask(Linux.SIG_UNBLOCK, LibC.address(signals), 0);
    Reference.reachabilityFence(signals);
  }

  private static void await(int pid) {
    int waited;
    do {
      waited = LibC.get().waitpid(pid, 0, 0);
    } while (waited < 0 && LibC.errno() == Errno.EINTR.number());
  }

  private static void copy(int fd, OutputStream out) throws IOException {
    ByteBuffer buffer = memory(BUFFER_SIZE);
    while (true) {
      long got = LibC.get().read(fd, LibC.address(buffer), BUFFER_SIZE);
      if (got < 0 && LibC.errno() == Errno.EINTR.number()) {
        continue;
      }
      if (got <= 0) {
        return;
      }
      byte[] bytes = new byte[(int) got];
      buffer.get(0, bytes);
      out.write(bytes);
    }
  }

  /** A null-terminated array of addresses of texts, with the texts behind it. */
  private static ByteBuffer strings(List<String> texts) {
    int at = (texts.size() + 1) * Long.BYTES;
    ByteBuffer memory = memory(at + texts.stream().mapToInt(text -> text.length() + 1).sum());
    long address = LibC.address(memory);
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = LibC.path(texts.get(i));
      memory.putLong(i * Long.BYTES, address + at);
      memory.put(at, text);
      at += text.length;
    }
    return memory;
  }

  private static ByteBuffer memory(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
