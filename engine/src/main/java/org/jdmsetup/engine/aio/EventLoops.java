package org.jdmsetup.engine.aio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of an engine, and which way they have to carry out operations on files: io_uring
 * where the kernel gives it, else threads. Chosen once, here.
 */
public final class EventLoops implements AutoCloseable {

  /** The environment variable that forces a way: {@code io_uring} or {@code threads}. */
  public static final String VARIABLE = "JDMSETUP_IO";

  private static final String RING = "io_uring";
  private static final String THREADS = "threads";

  private final List<EventLoop> loops = new ArrayList<>();
  private final FileThreads threads = new FileThreads();
  private final AtomicInteger next = new AtomicInteger();
  private final String way;
  private String ringRefusal;

  /**
   * Starts the loops.
   *
   * @param count how many, at least one
   * @param environment where {@link #VARIABLE} may stand
   * @throws IOException when what the variable asks for cannot be had, or is not known
   */
  public EventLoops(int count, Map<String, String> environment) throws IOException {
    String wanted = environment.getOrDefault(VARIABLE, "");
    List<AsyncIo> made = new ArrayList<>();
    way = choose(wanted, count, made);
    for (int i = 0; i < count; i++) {
      AsyncIo io = made.get(i);
      loops.add(new EventLoop("event-loop-" + i, io));
    }
  }

  private String choose(String wanted, int count, List<AsyncIo> made) throws IOException {
    switch (wanted) {
      case "", RING -> {
        try {
          for (int i = 0; i < count; i++) {
            made.add(new RingIo());
          }
          return RING;
        } catch (IOException e) {
          made.forEach(AsyncIo::close);
          made.clear();
          if (wanted.equals(RING)) {
            throw new IOException(VARIABLE + "=" + RING + ": " + e.getMessage(), e);
          }
          ringRefusal = e.getMessage();
        }
      }
      case THREADS -> {}
      default ->
          throw new IOException(VARIABLE + "=" + wanted + ": expected " + RING + " or " + THREADS);
    }
    for (int i = 0; i < count; i++) {
      made.add(new ThreadsIo(threads));
    }
    return THREADS;
  }

  /** How files are read and written: {@code io_uring} or {@code threads}. */
  public String way() {
    return way;
  }

  /** Why io_uring cannot be had, for people; null when it can, or is not wanted. */
  public String ringRefusal() {
    return ringRefusal;
  }

  /** All loops. */
  public List<EventLoop> all() {
    return loops;
  }

  /** The loops in turn; for whatever shall be served by one of them. */
  public EventLoop next() {
    return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
  }

  /** Ends the loops; see {@link EventLoop#close}. */
  @Override
  public void close() {
    loops.forEach(EventLoop::close);
    threads.close();
  }
}
