package org.jdmsetup.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.session.AbortedException;
import org.jdmsetup.cli.session.Drivers;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.EndingSignals;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.ProcessArguments;

/** The program's entry point. {@link #run} is all of it that tests need. */
public final class Main implements Drivers {
  private static final String REPORT =
      "This is a bug in jdmsetup. Please report it with the command line and the text above.";

  /** The status that a shell gives a process which wrote to a pipe that nobody reads. */
  private static final int ENDED_BY_PIPE = ProcessSignals.ENDED_BY_SIGNAL + Linux.SIGPIPE;

  private final EndingSignals signals;

  private Main(EndingSignals signals) {
    this.signals = signals;
  }

  /**
   * @param decoded the words after the program's name; that is the system property {@code
   *     jdmsetup.argv0}, in full as typed
   */
  public static void main(String[] decoded) {
    Surroundings surroundings =
        new Surroundings(
            new FileInputStream(FileDescriptor.in),
            standard(FileDescriptor.out),
            standard(FileDescriptor.err),
            true,
            environment(),
            Path.of(""),
            new Main(signals()));
    String argv0 = System.getProperty("jdmsetup.argv0", "dmsetup");
    int status = run(argv0, ProcessArguments.of(decoded), surroundings);
    if (status == ENDED_BY_PIPE) {
      ProcessSignals.endBy(Linux.SIGPIPE); // the JVM ignores it
    }
    Runtime.getRuntime().halt(status); // not exit, whose orderly shutdown takes time for nothing
  }

  private static OutputStream standard(FileDescriptor descriptor) {
    FileOutputStream stream = new FileOutputStream(descriptor);
    return System.getProperty("jdmsetup.sigpipe") == null ? stream : new LostOutput(stream);
  }

  /**
   * The output of a process whose caller ignores SIGPIPE: what is written to a pipe that nobody
   * reads is lost, and the command goes on.
   */
  private static final class LostOutput extends FilterOutputStream {
    LostOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        // lost, as Output loses what cannot be written for any other reason
      }
    }
  }

  /** Signals can be held only where the launcher has let the JVM handle them, which it says. */
  private static EndingSignals signals() {
    return System.getProperty("jdmsetup.signals") == null
        ? EndingSignals.NOT_HELD
        : new ProcessSignals(System.getProperty("jdmsetup.sigquit") != null);
  }

  /** The environment as the user set it: the launcher changes LC_ALL, and says what it was. */
  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    String locale = System.getProperty("jdmsetup.lc_all");
    if (locale != null && environment.remove(Surroundings.LC_ALL) != null && !locale.isEmpty()) {
      environment.put(Surroundings.LC_ALL, locale);
    }
    return environment;
  }

  /**
   * Runs one command line from beginning to end. Touches nothing but its surroundings and the
   * driver, keeps no state, and may run in several threads at a time.
   *
   * @param argv0 the name that the program was called by
   * @param words the rest of the command line, as byte text
   * @return the exit status
   */
  public static int run(String argv0, String[] words, Surroundings surroundings) {
    Output out = new Output(surroundings.out(), false);
    Output err = new Output(surroundings.err(), true);
    try {
      int status = run(new Invocation(argv0, surroundings, out, err), words, out, err);
      err.flush();
      return status;
    } catch (UncheckedIOException e) {
      return ENDED_BY_PIPE;
    }
  }

  private static int run(Invocation invocation, String[] words, Output out, Output err) {
    try {
      int status = invocation.run(words);
      out.flush();
      return status;
    } catch (AbortedException e) {
      return AbortedException.STATUS; // what was printed is lost, as the C library loses it
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      out.flush();
      err.print("dmsetup: unexpected ").print(e.toString()).line(where(e));
      err.print("dmsetup: ").line(REPORT);
      return 1;
    }
  }

  @Override
  public DeviceMapper open(Settings settings, Consumer<String> messages) {
    return new DeviceMapper(settings.endingSignals(signals), messages);
  }

  private static String where(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }
}
