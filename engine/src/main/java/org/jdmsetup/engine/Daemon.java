package org.jdmsetup.engine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.control.device.DeviceExports;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.device.RestoreResult;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.cuse.CuseControl;
import org.jdmsetup.engine.expose.Exposure;
import org.jdmsetup.engine.expose.NodelessExposure;
import org.jdmsetup.engine.expose.loop.LoopExposure;
import org.jdmsetup.engine.expose.loop.StaleExposure;
import org.jdmsetup.engine.expose.nbd.NbdServer;
import org.jdmsetup.engine.nativeio.OwnProcess;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.ioctl.driver.ProductVersion;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's process: {@code java org.jdmsetup.engine.Daemon RUNDIR}. Writes {@code ready} to its
 * standard output when it listens, or the reason why it gives up, and closes it.
 *
 * <p>Start: take the lock, clear away what a killed daemon left, bring devices back from the
 * journal, listen. End, when there have been neither devices nor clients for a second, or on
 * SIGTERM: take the front ends down, flush what lies below, take the sockets away. Devices that are
 * there on SIGTERM stay in the journal and come back with the next daemon, as they do after
 * SIGKILL.
 */
public final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final long IDLE_MILLIS = 1000;
  private static final int MAX_LOOPS = 4;

  /** Of the process; a kernel shows 15 characters. */
  private static final String NAME = "jdmsetup-engine";

  /**
   * The environment variable with the name of a control node in /dev, for programs that do not know
   * the engine. With it the daemon does not end when idle; without it there is no such node.
   */
  private static final String CUSE = "JDMSETUP_CUSE";

  private final RunDirectory directory;

  // in the order in which they are made; what is null still needs no end
  private DaemonLock lock;
  private Journal journal;
  private SavedNodes nodes;
  private Exposure exposure;
  private Engine engine;
  private EventLoops loops;
  private NbdServer nbd;
  private ControlServer server;

  /** Null unless {@link #CUSE} asks for it. */
  private CuseControl cuse;

  private EngineWire.DaemonHello hello;
  private volatile boolean keep;
  private boolean closed;

  /** Runs the daemon. */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      say("usage: java " + Daemon.class.getName() + " RUNDIR");
      System.exit(2);
    }
    Daemon daemon = new Daemon(RunDirectory.at(Path.of(arguments[0])));
    // whatever ends it, and however far it got, takes away what it made
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "end"));
    try {
      daemon.start();
      say("ready");
      daemon.awaitIdle();
      System.exit(0);
    } catch (CannotStartException e) {
      LOG.error("{}", e.getMessage());
      giveUp(daemon, e.getMessage());
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.error("cannot start", e);
      giveUp(daemon, "the engine cannot start: " + (e instanceof IOException ? text(e) : e));
    }
  }

  /** Says why only when nothing is left: who reads it may start another. */
  private static void giveUp(Daemon daemon, String reason) {
    daemon.close();
    say(reason);
    System.exit(1);
  }

  /** What Java says of a file is its name alone where the error has a class of its own. */
  private static String text(Throwable e) {
    return e instanceof FileSystemException file && file.getReason() == null
        ? e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage()
        : e.getMessage();
  }

  private static void say(String line) {
    System.out.println(line.replace('\n', ' '));
    System.out.close();
  }

  private Daemon(RunDirectory directory) {
    this.directory = directory;
  }

  private synchronized void start() throws IOException, CannotStartException {
    if (closed) {
      throw new CannotStartException("ended before it had started");
    }
    directory.create();
    DaemonLog.limitStandardError(directory.log());
    daemonize(directory.path());
    List<String> notice = new ArrayList<>();
    lock = DaemonLock.take(directory, notice);
    long pid = ProcessHandle.current().pid();
    String name = ProductVersion.engineDescription(pid, directory);
    LOG.info("{}, on Java {}", name, Runtime.version());
    journal = new Journal(directory.journal());
    nodes = new SavedNodes(directory.nodes());
    nodes.remove(journal.nodes()); // before their numbers are anybody's
    StaleExposure.clean(directory.path()).forEach(line -> LOG.info("left over: {}", line));
    loops = loops(notice);
    String unavailable = LoopExposure.unavailable();
    exposure = exposure(unavailable, notice);
    engine = new Engine(exposure, journal, directory.path());
    engine.onNewNumber(NodeNumbers::replace);
    RestoreResult restored = engine.restore();
    if (exposure.hasNodes()) {
      nodes.restore(engine.nodes());
    }
    if (restored.deviceCount() > 0) {
      notice.add(
          (restored.deviceCount() == 1
              ? "One device of an earlier run is back."
              : restored.deviceCount() + " devices of an earlier run are back."));
    }
    restored.recognized().forEach(found -> notice.add(found + "."));
    restored.problems().forEach(problem -> notice.add("Not brought back: " + problem + "."));
    hello =
        new EngineWire.DaemonHello(
            exposure.major(),
            exposure.hasNodes(),
            name + ", with " + loops.way(),
            String.join(" ", notice));
    nbd = new NbdServer(directory.nbdSocket(), new DeviceExports(engine.devices()), loops);
    ControlProtocol protocol = new ControlProtocol(engine);
    server =
        new ControlServer(
            directory.controlSocket(), client -> new Connection(client, protocol, this::greet));
    cuse = cuse(protocol);
    server.start();
    if (cuse != null) {
      cuse.start();
    }
  }

  private static EventLoops loops(List<String> notice) throws CannotStartException {
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      EventLoops started =
          new EventLoops(Math.min(MAX_LOOPS, Math.max(2, processors)), System.getenv());
      LOG.info("files are read and written with {}", started.way());
      if (started.ringRefusal() != null) {
        notice.add(
            "io_uring cannot be used ("
                + started.ringRefusal()
                + "): threads read and write instead, which is slower.");
      }
      return started;
    } catch (IOException e) {
      throw new CannotStartException(e.getMessage());
    }
  }

  private CuseControl cuse(ControlProtocol protocol) throws CannotStartException {
    String name = System.getenv().getOrDefault(CUSE, "");
    if (name.isEmpty()) {
      return null;
    }
    try {
      CuseControl node = new CuseControl(name, protocol);
      keep = true;
      return node;
    } catch (IOException e) {
      throw new CannotStartException(CUSE + "=" + name + ": " + e.getMessage());
    }
  }

  /**
   * So that neither the terminal, the directory nor the file mode mask of the starter matters, and
   * what lists processes by name does not show one more java.
   */
  private static void daemonize(Path directory) {
    OwnProcess.daemonize(directory.toString(), 077);
    try {
      Files.writeString(Path.of("/proc/self/comm"), NAME, StandardOpenOption.WRITE);
    } catch (IOException e) {
      LOG.info("the process keeps its name: {}", e.toString()); // /proc may be read-only
    }
  }

  private Exposure exposure(String unavailable, List<String> notice) {
    String reason = unavailable;
    if (reason == null) {
      try {
        return new LoopExposure(directory.path(), loops);
      } catch (IOException e) {
        LOG.warn("no block devices", e);
        reason = e.getMessage();
      }
    }
    notice.add(
        "There can be no block devices here ("
            + reason
            + "): use a device NAME as nbd+unix:///NAME?socket="
            + directory.nbdSocket()
            + " in programs that speak NBD, such as qemu-img and nbdcopy.");
    return new NodelessExposure();
  }

  private EngineWire.DaemonHello greet(EngineWire.ClientHello client) {
    if (client.keep()) {
      keep = true;
    }
    return hello;
  }

  /** Returns when there have been neither devices nor clients for a while. */
  private void awaitIdle() {
    long idleSince = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      if (keep || server.connections() > 0 || !engine.devices().isEmpty()) {
        idleSince = now;
      } else if (now - idleSince >= IDLE_MILLIS * 1_000_000) {
        return;
      }
      try {
        Thread.sleep(IDLE_MILLIS / 4);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void removeNodes() {
    try {
      nodes.remove(engine.nodes());
    } catch (IOException | RuntimeException e) { // what comes next is the data
      LOG.warn("nodes stay, whose numbers may soon be other programs'", e);
    }
  }

  /** Ends everything; once. */
  private synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (lock == null) {
      return; // another daemon's directory
    }
    if (server != null) {
      server.close();
    }
    if (cuse != null) {
      cuse.close();
    }
    if (nbd != null) {
      try {
        nbd.close();
      } catch (IOException e) {
        LOG.warn("{}: {}", directory.nbdSocket(), e.toString());
      }
    }
    closeDevices();
    try {
      if (journal != null) {
        journal.close();
      }
      lock.release();
    } catch (NoSuchFileException e) {
      LOG.info("the run directory has gone: {}", e.getMessage());
    } catch (IOException e) {
      LOG.warn("not everything could be cleared away", e);
    }
    LOG.info("ended");
  }

  private void closeDevices() {
    if (engine != null) {
      removeNodes();
      engine.flushAll();
    }
    if (exposure != null) {
      exposure.close();
    }
    if (engine != null) {
      engine.flushAll(); // what the front ends still held
      engine.close();
    }
    if (loops != null) {
      loops.close();
    }
  }
}
