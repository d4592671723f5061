package org.jdmsetup.engine.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One block request: what a kernel target sees, and no more. Requests are reused, not allocated: a
 * front end owns one per buffer, and the engine keeps a pool for the parts of split requests.
 *
 * <p>Life: the submitter fills the fields ({@link #start}), hands the request to {@link
 * BlockDevice#submit}, then calls {@link #detach}. If that is false the request is complete already
 * (the fast path: everything ran on the submitting thread) and the submitter goes on with {@link
 * #outcome()}. If it is true, whoever completes the request later runs the {@link
 * CompletionListener}. Between {@code submit} and completion the data belongs to the device.
 *
 * <p>On the way down, each layer that needs to know of the completion pushes a {@link Stage}; the
 * layers change {@link #sector} as they map. {@link #complete} runs the stages from the innermost
 * outwards.
 *
 * <p>Whatever is thrown meanwhile fails the request with EIO, once, and nothing else. What a stage
 * throws is the outcome that the stage above it sees. What is thrown on the way down is caught by
 * {@link #submitTo}, which fails the request if whoever threw still had it: each change of hands is
 * counted, by {@link #complete} and by whoever keeps a request for later ({@link #handOver}).
 */
public final class Request extends IntrusiveQueue.Link<Request> {

  /** What is asked for. Secure erase is treated as discard. */
  public enum Op {
    READ,
    WRITE,
    /** Make every completed write durable. No range. */
    FLUSH,
    /** The range is no longer needed; what it reads as afterwards is undefined. */
    DISCARD,
    /** The range must read as zeroes afterwards. */
    WRITE_ZEROES
  }

  /** Who takes requests: a device, or a step on the way to one. */
  public interface Handler {
    /** Completes the request, passes it on, or keeps it to complete it later. */
    void submit(Request request);
  }

  /** Who is told when a request that was detached completes. */
  public interface CompletionListener {
    /** Called once, on the completing thread; must not block for long. */
    void completed(Request request);
  }

  private static final int SUBMITTED = 0;
  private static final int DETACHED = 1;
  private static final int COMPLETED = 2;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Request.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CompletionListener listener;

  private Op op;
  private long sector;
  private long sectors;
  private long address;
  private boolean fua;
  private boolean mayUnmap;

  private Outcome outcome = Outcome.DONE;

  @SuppressWarnings("unused") // through STATE
  private volatile int state;

  private Stage[] stages = new Stage[4];
  private long[] cookies = new long[4];
  private int depth;

  /**
   * How often the request has changed hands. Not volatile: only its holder changes it. A thread
   * that has given the request away sees at least the change that it made then, so it finds the
   * count changed, whatever others have added since.
   */
  private int handOverCount;

  /** A request that never {@link #detach}es: its first stage takes it over when it is done. */
  public Request() {
    this(
        request -> {
          throw new IllegalStateException("a part is never detached");
        });
  }

  /**
   * @param listener told when the request completes after {@link #detach} returned true
   */
  public Request(CompletionListener listener) {
    this.listener = listener;
  }

  /**
   * Makes the request ready to be submitted.
   *
   * @param op what is asked for
   * @param sector first sector of the range, 0 for a flush
   * @param sectors length of the range, 0 for a flush
   * @param address native address of {@code sectors * 512} bytes of data, for READ and WRITE; page
   *     alignment is not required but faster
   * @return this
   */
  public Request start(Op op, long sector, long sectors, long address) {
    this.op = op;
    this.sector = sector;
    this.sectors = sectors;
    this.address = address;
    this.fua = false;
    this.mayUnmap = false;
    this.outcome = Outcome.DONE;
    this.depth = 0;
    this.handOverCount++;
    this.state = SUBMITTED;
    return this;
  }

  /** Asks that a WRITE or WRITE_ZEROES is durable when it completes. */
  public Request fua(boolean fua) {
    this.fua = fua;
    return this;
  }

  /** Allows a WRITE_ZEROES to free the space. */
  public Request mayUnmap(boolean mayUnmap) {
    this.mayUnmap = mayUnmap;
    return this;
  }

  public Op op() {
    return op;
  }

  /** First sector, counted on the device that currently handles the request. */
  public long sector() {
    return sector;
  }

  /** Moves the request; used when a target maps it. */
  public void sector(long sector) {
    this.sector = sector;
  }

  /** Length in sectors of 512 bytes. */
  public long sectors() {
    return sectors;
  }

  /** Shortens a DISCARD or WRITE_ZEROES to the part that concerns a device. */
  public void sectors(long sectors) {
    this.sectors = sectors;
  }

  /** Native address of the data of a READ or WRITE. */
  public long address() {
    return address;
  }

  public boolean fua() {
    return fua;
  }

  public boolean mayUnmap() {
    return mayUnmap;
  }

  /** How the request completed. */
  public Outcome outcome() {
    return outcome;
  }

  /** Replaces the outcome; for stages. */
  public void outcome(Outcome changed) {
    outcome = changed;
  }

  /**
   * Makes room for one more stage, so that the next {@link #push} cannot fail: called before a
   * request is counted in, if the stage is to count it out.
   */
  public void reserveStage() {
    if (depth == stages.length) {
      Stage[] more = Arrays.copyOf(stages, depth * 2);
      cookies = Arrays.copyOf(cookies, depth * 2);
      stages = more;
    }
  }

  /** Adds a stage that runs when everything below is done. */
  public void push(Stage stage, long cookie) {
    reserveStage();
    stages[depth] = stage;
    cookies[depth++] = cookie;
  }

  /** Ends the work below the current stage. */
  public void complete(Outcome reached) {
    int now = ++handOverCount;
    CallDepth calls = CallDepth.ofCurrentThread();
    if (calls.enter()) {
      try {
        runStages(reached, now);
      } finally {
        calls.leave();
      }
      return;
    }
    try {
      CallDepth.runOnEmptyStack(() -> complete(reached));
    } catch (Throwable thrown) {
      Faults.log("a deep stack", thrown);
      runStages(reached, now); // here, as long as the stack holds
    }
  }

  /**
   * @param now the count of {@link #handOverCount} while the request is on its way up
   */
  private void runStages(Outcome reached, int now) {
    outcome = reached;
    while (depth > 0) {
      Stage stage = stages[--depth];
      boolean goesOn = true;
      try {
        goesOn = stage.done(this, cookies[depth]);
      } catch (Throwable thrown) {
        goesOn = handOverCount == now; // else the stage had given it away before
        if (goesOn) {
          outcome = Outcome.EIO;
        }
        Faults.log("the completion of a request", thrown);
      }
      if (!goesOn) {
        return;
      }
    }
    if ((int) STATE.getAndSet(this, COMPLETED) == DETACHED) {
      try {
        listener.completed(this);
      } catch (Throwable thrown) {
        Faults.log("the answer to a request", thrown);
      }
    }
  }

  /**
   * Has somebody serve the request. Returns normally whatever is thrown: then the request has
   * failed, if it was not given away before.
   */
  public void submitTo(Handler handler) {
    int before = handOverCount;
    try {
      handler.submit(this);
    } catch (Throwable thrown) {
      failUnlessHandedOver(before, thrown);
    }
  }

  /** How often the request has changed hands so far; for {@link #failUnlessHandedOver}. */
  public int handOverCount() {
    return handOverCount;
  }

  /**
   * Fails the request after something was thrown, unless it has changed hands since.
   *
   * @param before what {@link #handOverCount} was when the caller had the request for certain
   */
  public void failUnlessHandedOver(int before, Throwable thrown) {
    if (handOverCount == before) {
      complete(Outcome.EIO);
    }
    Faults.log("a request", thrown);
  }

  /**
   * Counts a change of hands: from now on somebody keeps the request or uses it again, and what is
   * thrown afterwards must not touch it. Called by whoever has it, before anybody else can get at
   * it.
   */
  public void handOver() {
    handOverCount++;
  }

  /**
   * Called once by the submitter after {@link BlockDevice#submit} returned.
   *
   * @return true when the request is still under way and the {@link CompletionListener} will be
   *     told; false when it is complete
   */
  public boolean detach() {
    return STATE.compareAndSet(this, SUBMITTED, DETACHED);
  }
}
