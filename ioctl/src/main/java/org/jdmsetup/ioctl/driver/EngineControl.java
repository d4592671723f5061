package org.jdmsetup.ioctl.driver;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/**
 * The engine's daemon, behind its socket. Opening it starts the daemon if none runs. A daemon may
 * end at any moment between two clients, and several clients may start one at once: so this
 * connects and starts in turn until it is connected.
 */
public final class EngineControl implements ControlDevice {
  private static final int MOST_ATTEMPTS = 50;

  /** How many attempts to connect come before a daemon is started once more. */
  private static final int ATTEMPTS_PER_START = 10;

  private static final long PAUSE_MILLIS = 50;

  /** How long a daemon that accepted a connection may take to greet. */
  static final long GREETING_MILLIS = 30_000;

  /** What a daemon answers to a request that its version does not know. */
  private static final Set<Integer> SIGNS_OF_ANOTHER_VERSION =
      Set.of(
          Errno.EINVAL.number(),
          Errno.EIO.number(),
          Errno.ENOTTY.number(),
          Errno.EOPNOTSUPP.number());

  private final SocketChannel channel;
  private final RunDirectory directory;
  private final EngineWire.DaemonHello hello;
  private final boolean started;
  private String reason = "";

  /** Why every further request fails; null as long as the connection holds. */
  private String lost;

  private EngineControl(
      SocketChannel channel,
      RunDirectory directory,
      EngineWire.DaemonHello hello,
      boolean started) {
    this.channel = channel;
    this.directory = directory;
    this.hello = hello;
    this.started = started;
  }

  /** Connects to the daemon of this directory, starting it if necessary. */
  static EngineControl open(
      RunDirectory directory,
      EngineWire.ClientHello hello,
      EngineProcess process,
      long greetingMillis)
      throws DriverUnavailableException {
    try {
      directory.create();
      boolean started = false;
      String refusal = "";
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        EngineControl engine = connect(directory, hello, started, greetingMillis);
        if (engine != null) {
          return engine;
        }
        if (!refusal.isEmpty()) {
          // The daemon that was started has given up. If it did so because another one holds the
          // directory, that one may listen soon, or may be about to end, and then a new one can
          // start.
          Thread.sleep(PAUSE_MILLIS);
        }
        if (attempt % ATTEMPTS_PER_START == 0) {
          refusal = process.start(directory);
          started |= refusal.isEmpty();
        }
      }
      throw new IOException(refusal.isEmpty() ? "it does not answer" : refusal);
    } catch (IOException e) {
      throw new DriverUnavailableException(
          Errno.EIO.number(),
          List.of("Failure to communicate with the jdmsetup engine."),
          List.of(text(e) + seeLog(directory)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DriverUnavailableException(Errno.EINTR.number(), List.of(), List.of());
    }
  }

  /** A connection that has been greeted, or null when nobody listens. */
  private static EngineControl connect(
      RunDirectory directory, EngineWire.ClientHello hello, boolean started, long greetingMillis)
      throws IOException, InterruptedException {
    Path socket = directory.controlSocket();
    if (!Files.exists(socket)) {
      return null;
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    Thread watchdog = closeUnlessGreeted(channel, greetingMillis);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      EngineWire.writeHello(channel, hello);
      EngineWire.DaemonHello answer = EngineWire.readDaemonHello(channel);
      return new EngineControl(channel, directory, answer, started);
    } catch (AsynchronousCloseException e) {
      throw new IOException(
          "something listens on " + socket + ", but did not greet within " + greetingMillis + " ms",
          e);
    } catch (ConnectException e) {
      channel.close();
      return null; // a socket whose daemon is gone
    } catch (IOException e) {
      channel.close();
      if (isGone(e)) {
        return null; // the daemon went while it greeted
      }
      throw e;
    } finally {
      watchdog.interrupt();
      watchdog.join();
    }
  }

  /**
   * A thread that closes a channel after a time, which ends what waits for it; unless the thread is
   * interrupted before. A blocking channel has no timeout of its own.
   */
  private static Thread closeUnlessGreeted(SocketChannel channel, long millis) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(millis);
                channel.close();
              } catch (InterruptedException e) {
                return; // greeted in time
              } catch (IOException e) {
                return; // it is not open any more, which is what was wanted
              }
            },
            "engine-greeting");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Whether the daemon went, by what the system says; the JDK has no types for these. */
  private static boolean isGone(IOException e) {
    String text = String.valueOf(e.getMessage());
    return e instanceof EOFException
        || text.contains("Broken pipe")
        || text.contains("Connection reset")
        || text.contains("No such file or directory");
  }

  /** Whether opening this connection started the daemon. */
  boolean started() {
    return started;
  }

  /** What a user should know about a daemon that was just started; one line. */
  String notice() {
    String served = "A background process provides the devices: " + hello.description() + ".";
    return hello.notice().isEmpty() ? served : served + " " + hello.notice();
  }

  /** Whether the daemon's devices are block devices, so that there can be nodes for them. */
  public boolean blockNodes() {
    return hello.blockNodes();
  }

  @Override
  public int call(DmCommand command, ByteBuffer buffer) {
    if (lost != null) {
      reason = lost;
      return Errno.EIO.number();
    }
    try {
      EngineWire.writeRequest(channel, command.number(), DmBuffer.wrap(buffer));
      EngineWire.Answer answer = EngineWire.readAnswer(channel, buffer);
      reason = answer.reason();
      if (SIGNS_OF_ANOTHER_VERSION.contains(answer.errno())) {
        reason += adviceOnOtherVersion();
      }
      return answer.errno();
    } catch (IOException e) {
      lost =
          "the connection to the engine was lost during the request ("
              + text(e)
              + "): what it did is not known"
              + seeLog(directory)
              + adviceOnCrashReport();
      reason = lost;
      return Errno.EIO.number();
    } catch (MalformedBufferException e) {
      reason = "the request is malformed: " + e.getMessage();
      return Errno.EINVAL.number();
    }
  }

  private static String text(IOException e) {
    return ByteText.ofUnicode(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static String seeLog(RunDirectory directory) {
    return Files.exists(directory.log())
        ? "; see " + ByteText.ofUnicode(directory.log().toString())
        : "";
  }

  /** What a refusal may come from if the daemon is of another version than this client. */
  private String adviceOnOtherVersion() {
    String description = ByteText.unicode(hello.description());
    String theirs = ProductVersion.ofEngine(description);
    String ours = ProductVersion.ours();
    if (ours.equals(theirs)) {
      return "";
    }
    String pid = ProductVersion.pidOfEngine(description);
    return String.format(
        "%sThe engine's daemon is %s, this command is jdmsetup %s. If that is why, end the daemon while"
            + " nobody uses its devices (kill %s): the next command brings them back with a new one.",
        reason.isEmpty() ? "" : "\n",
        theirs == null ? "of another version" : "jdmsetup " + theirs,
        ours,
        pid == null ? "PID" : pid);
  }

  private String adviceOnCrashReport() {
    String pid = ProductVersion.pidOfEngine(ByteText.unicode(hello.description()));
    Path report = pid == null ? null : directory.crashReport(pid);
    return report == null || !Files.exists(report)
        ? ""
        : "; the JVM crashed, please report it with " + ByteText.ofUnicode(report.toString());
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public int major() {
    return hello.major();
  }

  @Override
  public String description() {
    return hello.description();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      reason = text(e); // nothing depends on how a connection that is no longer needed ends
    }
  }
}
