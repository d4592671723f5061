package org.jdmsetup.it.ioctl;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Plays sequences to a driver and writes down what came of each step, then what there is at the
 * end: the list of devices, and of each its status, its tables and what they sit on. It changes
 * nothing of a sequence but what would keep it from ending, and that alike in both worlds:
 *
 * <ul>
 *   <li>a wait for the event number that the device has would never end: it waits for another;
 *   <li>a table over a mapped device is loaded only into one with a higher number: no loops;
 *   <li>a mirror works in its own time, and a mark is written to a log a moment after: the player
 *       waits until nothing changes;
 *   <li>a device that is to go when it is closed goes a moment after: the player waits for that.
 * </ul>
 */
final class SequencePlayer {
  private static final int EVENT_NR = 32;
  private static final int CLEANING_ROUNDS = 20;
  private static final int SETTLING_ROUNDS = 2000;
  private static final int MARKING_ROUNDS = 100;

  /** How often the same is seen of mirrors before nothing more is expected of them. */
  private static final int SYNCED = 20;

  private static final int STUCK = 200;
  private static final int WORKER_ROUNDS = 10;
  private static final Pattern IN_SYNC = Pattern.compile(" ([0-9]+)/([0-9]+) 1 ");
  private static final int STATUS_LOOKED_AT = 2048;

  /** Bytes of a disk that targets may keep something in. */
  private static final int CLEARED = 256 << 10;

  private final Driver driver;
  private final Layout layout;
  private final Pattern mapped;
  private final Deque<Integer> held = new ArrayDeque<>();
  private boolean deferring;
  private int devicesBefore;

  /** Told of each step as it is done. */
  interface Recorder {
    void record(SequenceStep step, StepOutcome outcome) throws IOException;
  }

  SequencePlayer(Driver driver, Layout layout) {
    this.driver = driver;
    this.layout = layout;
    mapped = Pattern.compile("(?<![0-9])" + layout.major() + ":([0-9]{1,7})(?![0-9])");
  }

  /** A recorder that writes outcomes one after another, for {@link StepOutcome#read}. */
  static Recorder to(DataOutputStream out) {
    return (step, outcome) ->
        outcome.write(
            out, step instanceof SequenceStep.Call call ? call.request() : StepOutcome.NOTHING);
  }

  /** Plays a sequence from an empty driver and leaves it empty. */
  void play(Sequence sequence, Recorder recorder) throws IOException {
    deferring = false;
    devicesBefore = 0;
    List<SequenceStep> steps = sequence.steps(layout);
    boolean mirrors = mention(steps, "mirror");
    if (mirrors || mention(steps, "snapshot")) {
      clear(Layout.EXCEPTIONS);
      clear(Layout.MIRROR_LOG);
    }
    for (SequenceStep step : steps) {
      recorder.record(step, play(step));
      if (deferring) {
        settle();
      }
      if (mirrors && isResume(step)) {
        awaitSync();
      } else if (mirrors && mention(List.of(step), "mirror")) {
        // If the new mirror's worker finds it in sync, that is an event of a table that is not live
        // yet, which counts nowhere.
        awaitWorker();
      }
    }
    look(recorder);
    clean();
    if (deferring) {
      awaitWorker();
    }
  }

  /** Whether one of the steps has this word in its buffer. */
  static boolean mention(List<SequenceStep> steps, String type) {
    return steps.stream()
        .anyMatch(
            step -> step instanceof SequenceStep.Call call && text(call.request()).contains(type));
  }

  /** Takes from a disk what targets of an earlier sequence left. */
  private void clear(int disk) throws IOException {
    try (FileChannel channel =
        FileChannel.open(Path.of(layout.path(disk)), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(CLEARED), 0);
      channel.force(false);
    }
  }

  /** Lets workers have their turn, where nothing tells when they have had it. */
  private static void awaitWorker() {
    for (int round = 0; round < WORKER_ROUNDS; round++) {
      pause();
    }
  }

  private static boolean isResume(SequenceStep step) {
    return step instanceof SequenceStep.Call call
        && call.command() == DmCommand.DEV_SUSPEND.number();
  }

  /** Waits while mirrors copy, and for the event that they raise a moment after they have. */
  private void awaitSync() {
    byte[] before = mirrors();
    int same = 0;
    for (int round = 0; round < SETTLING_ROUNDS && before.length > 0; round++) {
      if (same
          >= (IN_SYNC.matcher(text(before)).results().allMatch(SequencePlayer::all)
              ? SYNCED
              : STUCK)) {
        return;
      }
      pause();
      byte[] now = mirrors();
      same = Arrays.equals(before, now) ? same + 1 : 0;
      before = now;
    }
  }

  private static boolean all(MatchResult regions) {
    return regions.group(1).equals(regions.group(2));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The status lines of all mirrors and their event numbers. */
  private byte[] mirrors() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (long device : devices()) {
      byte[] status = play(Probe.about(DmCommand.TABLE_STATUS, 0, device)).after();
      if (text(status).contains("mirror")) {
        lines.writeBytes(Arrays.copyOf(status, STATUS_LOOKED_AT));
      }
    }
    return lines.toByteArray();
  }

  private StepOutcome play(SequenceStep step) {
    if (step instanceof SequenceStep.Open open) {
      boolean opened = driver.open(open.minor());
      if (opened) {
        held.push(open.minor());
      }
      return new StepOutcome(opened ? 0 : 1, StepOutcome.NOTHING);
    }
    if (step instanceof SequenceStep.Close close) {
      boolean closed = held.removeFirstOccurrence(close.minor());
      if (closed) {
        driver.close(close.minor());
      }
      return new StepOutcome(closed ? 0 : 1, StepOutcome.NOTHING);
    }
    return play((SequenceStep.Call) step);
  }

  private StepOutcome play(SequenceStep.Call call) {
    ByteBuffer buffer = Probe.direct(call.request());
    if (call.command() == DmCommand.TABLE_LOAD.number() && wouldLoop(call.request())) {
      return new StepOutcome(StepOutcome.LEFT_OUT, StepOutcome.NOTHING);
    }
    if (call.command() == DmCommand.DEV_WAIT.number()) {
      haveItEnd(buffer);
    }
    boolean removes =
        call.command() == DmCommand.DEV_REMOVE.number()
            || call.command() == DmCommand.REMOVE_ALL.number();
    deferring |= removes && (buffer.getInt(28) & DmFlag.DEFERRED_REMOVE) != 0;
    if (call.command() == DmCommand.TARGET_MSG.number() && isMark(call.request())) {
      return mark(call, buffer);
    }
    int errno = driver.call(call.command(), buffer);
    return new StepOutcome(errno, Probe.bytes(buffer));
  }

  private static boolean isMark(byte[] request) {
    return text(request).contains("mark ");
  }

  /** A mark is in the log, and counted, a moment after it was asked for. */
  private StepOutcome mark(SequenceStep.Call call, ByteBuffer buffer) {
    byte[] before = log(call.request());
    int errno = driver.call(call.command(), buffer);
    for (int round = 0; errno == 0 && before.length > 0 && round < MARKING_ROUNDS; round++) {
      if (!Arrays.equals(before, log(call.request()))) {
        break;
      }
      pause();
    }
    return new StepOutcome(errno, Probe.bytes(buffer));
  }

  /** The status lines of the device that a request means, if it keeps a log; else nothing. */
  private byte[] log(byte[] request) {
    ByteBuffer status = statusOf(request);
    if (status == null) {
      return StepOutcome.NOTHING;
    }
    SequenceStep.Call probe = Probe.about(DmCommand.TABLE_STATUS, 0, status.getLong(40));
    byte[] lines = play(probe).after();
    return text(lines).contains("log-writes") ? lines : StepOutcome.NOTHING;
  }

  /** The status of the device that a request means; null if it means none. */
  private ByteBuffer statusOf(byte[] request) {
    byte[] header = Arrays.copyOf(request, DmBuffer.HEADER_SIZE);
    ByteBuffer status = Probe.direct(header);
    status.putInt(0, 4).putInt(4, 0).putInt(8, 0);
    status.putInt(12, DmBuffer.HEADER_SIZE).putInt(28, 0);
    return driver.call(DmCommand.DEV_STATUS.number(), status) == 0 ? status : null;
  }

  private void haveItEnd(ByteBuffer wait) {
    ByteBuffer status = statusOf(Probe.bytes(wait));
    if (status != null && status.getInt(EVENT_NR) == wait.getInt(EVENT_NR)) {
      wait.putInt(EVENT_NR, wait.getInt(EVENT_NR) + 1);
    }
  }

  private boolean wouldLoop(byte[] request) {
    Matcher matcher = mapped.matcher(text(request));
    while (matcher.find()) {
      int minor = Integer.parseInt(matcher.group(1));
      ByteBuffer status = statusOf(request);
      if (status != null && minor >= DeviceNumber.ofEncoded(status.getLong(40)).minor()) {
        return true;
      }
    }
    return false;
  }

  private long[] devices() {
    SequenceStep.Call list = Probe.list();
    ByteBuffer buffer = Probe.direct(list.request());
    int errno = driver.call(list.command(), buffer);
    if (errno != 0) {
      throw new IllegalStateException("the list of devices: error " + errno);
    }
    return Probe.listed(Probe.bytes(buffer));
  }

  /** Waits for devices that go now. */
  private void settle() {
    for (int round = 0; round < SETTLING_ROUNDS; round++) {
      boolean going = false;
      long[] present = devices();
      for (long device : present) {
        ByteBuffer status = Probe.direct(Probe.about(DmCommand.DEV_STATUS, 0, device).request());
        going |=
            driver.call(DmCommand.DEV_STATUS.number(), status) == 0
                && (status.getInt(28) & DmFlag.DEFERRED_REMOVE) != 0
                && status.getInt(24) == 0;
      }
      if (!going) {
        if (present.length < devicesBefore) {
          awaitWorker(); // a device leaves the list first and gives its number back then
        }
        devicesBefore = present.length;
        return;
      }
      pause();
    }
    throw new IllegalStateException("a device that nobody has open does not go");
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void look(Recorder recorder) throws IOException {
    SequenceStep.Call list = Probe.list();
    StepOutcome listed = play(list);
    recorder.record(list, listed);
    for (long device : Probe.listed(listed.after())) {
      List<SequenceStep.Call> probes = new ArrayList<>();
      probes.add(Probe.about(DmCommand.DEV_STATUS, 0, device));
      for (int flags : new int[] {0, DmFlag.QUERY_INACTIVE_TABLE}) {
        probes.add(Probe.about(DmCommand.TABLE_STATUS, flags, device));
        probes.add(Probe.about(DmCommand.TABLE_STATUS, flags | DmFlag.STATUS_TABLE, device));
        probes.add(Probe.about(DmCommand.TABLE_DEPS, flags, device));
      }
      boolean live = false;
      for (SequenceStep.Call probe : probes) {
        StepOutcome outcome = play(probe);
        recorder.record(probe, outcome);
        live |= (flags(outcome) & DmFlag.ACTIVE_PRESENT) != 0;
      }
      int minor = DeviceNumber.ofEncoded(device).minor();
      String facts = live ? driver.facts(minor) : "";
      recorder.record(
          new SequenceStep.Facts(minor),
          new StepOutcome(0, facts.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  private static int flags(StepOutcome outcome) {
    return Probe.direct(outcome.after()).getInt(28);
  }

  private void clean() {
    while (!held.isEmpty()) {
      driver.close(held.pop());
    }
    for (int round = 0; round < CLEANING_ROUNDS; round++) {
      if (devices().length == 0) {
        return;
      }
      SequenceStep.Call all = Probe.about(DmCommand.REMOVE_ALL, 0, 0);
      driver.call(all.command(), Probe.direct(all.request()));
    }
    throw new IllegalStateException("the sequence left devices that cannot be removed");
  }
}
