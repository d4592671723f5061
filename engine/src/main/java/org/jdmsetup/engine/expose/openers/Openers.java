package org.jdmsetup.engine.expose.openers;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.tables.ByteText;

/**
 * How many programs have each loop device open. The kernel's own count has no interface, so it is
 * looked for in {@code /proc}: see {@link OpenCountScan}.
 *
 * <p>A scan costs some microseconds for every descriptor of every process. So one scan serves all
 * devices for 50 ms, and, while {@link NodeEvents} reports no open and no close of a node, for ten
 * times as long as the scan took: at most a tenth of the time is spent scanning. A command sees all
 * that happened before it began, except what causes no event: opens through a node outside {@code
 * /dev} and outside the node directories of clients, and mounts in another mount namespace. Those
 * show a little later.
 *
 * <p>The counts are for people to read: whether a device may go is asked of the loop driver.
 */
public final class Openers implements AutoCloseable {

  /** How long a scan is fresh for clients that connected before it. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** While nothing happens, a scan is fresh for so many times as long as it took. */
  private static final int FRESH_COST_FACTOR = 10;

  private final OpenFileComparison same = OpenFileComparison.best();
  private final NodeEvents events = new NodeEvents();
  private final Set<Path> nodeDirectories = new HashSet<>();
  private OpenCountScan last;
  private boolean happened;
  private long newestClient = System.nanoTime();

  public Openers() {
    nodeDirectories.add(Path.of("/dev"));
  }

  /**
   * Says that a client has just connected. It gets the result of an earlier scan only if nothing
   * has happened since that scan.
   *
   * @param nodes the directory where it has its nodes, in byte text
   */
  public synchronized void clientConnected(String nodes) {
    newestClient = System.nanoTime();
    nodeDirectories.add(Path.of(ByteText.unicode(nodes)));
    events.watch(nodes);
  }

  /** Says that there is a new loop device. */
  public synchronized void added(int number) {
    events.watch("/dev/loop" + number);
  }

  /**
   * @param sysfs the device's directory in sysfs
   */
  public synchronized int count(int minor, Path sysfs) {
    if (last == null || !isFresh(last)) {
      events.anySinceLastCall();
      happened = false;
      last = new OpenCountScan(nodeDirectories, same);
    }
    return last.count(minor, sysfs);
  }

  private boolean isFresh(OpenCountScan scan) {
    long age = System.nanoTime() - scan.end;
    if (scan.start - newestClient >= 0 && age <= FRESH_NANOS) {
      return true;
    }
    happened |= events.anySinceLastCall();
    return !happened && age <= Math.max(FRESH_NANOS, FRESH_COST_FACTOR * (scan.end - scan.start));
  }

  @Override
  public synchronized void close() {
    events.close();
  }
}
