package org.jdmsetup.it.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Plays scripts in a world, one after another, and tells what came of each step: a line a step, in
 * which nothing depends on the world's own numbers.
 */
final class ScriptPlayer {
  /** Longest request of a script, in sectors. */
  static final int LONGEST = 512;

  private static final int PIECE = 64;
  private static final long AWAIT_NANOS = 20_000_000_000L;
  private static final long POLL_NANOS = 2_000_000;
  private static final Pattern NUMBER = Pattern.compile("\\b\\d+:\\d+\\b");
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\w+)");
  private static final ThreadLocal<AlignedBuffer> BUFFER =
      ThreadLocal.withInitial(() -> new AlignedBuffer(LONGEST * Sectors.SIZE));

  private final IoWorld world;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "script-io");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicLong requests = new AtomicLong();

  /** The devices of the script, in the order in which they were made. */
  private final Map<String, Mapped> devices = new LinkedHashMap<>();

  private static final class Mapped {
    final DeviceNumber number;
    IoDevice open;
    boolean suspended;

    /** Sizes of the live table and of the loaded one, 0 without one. */
    long sectors;

    long loaded;

    /** Mapped devices that its tables have named. */
    final Set<String> below = new HashSet<>();

    Mapped(DeviceNumber number) {
      this.number = number;
    }
  }

  ScriptPlayer(IoWorld world) {
    this.world = world;
  }

  /** How many requests have been made so far. */
  long requests() {
    return requests.get();
  }

  /** Plays a script from a clean state, and leaves one. */
  List<String> play(IoScript script) {
    List<String> lines = new ArrayList<>();
    try {
      for (IoScript.Disk disk : script.disks()) {
        fill(disk);
      }
      for (IoStep step : script.steps()) {
        lines.add(step + " -> " + outcome(step));
      }
      cleanUp();
      for (IoScript.Disk disk : script.disks()) {
        if (disk.compared()) {
          lines.add("disk " + disk.letter() + " -> " + contents(disk));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(script.id(), e);
    }
  }

  // --- disks -----------------------------------------------------------------------------------

  private IoWorld.WorldDisk disk(char letter) {
    return world.disks().get(IoScript.LETTERS.indexOf(letter));
  }

  private void fill(IoScript.Disk disk) throws IOException {
    int sectors = IoScript.sectorsOf(disk.letter());
    ByteBuffer content = ByteBuffer.allocate(sectors * Sectors.SIZE);
    if (disk.fill() == IoScript.Fill.STAMPED) {
      Stamp.write(content, 0, Stamp.ofDisk(disk.letter()), 0, sectors);
    }
    try (FileChannel file =
        FileChannel.open(disk(disk.letter()).file(), StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        file.write(content, content.position());
      }
    }
  }

  private String contents(IoScript.Disk disk) throws IOException {
    int sectors = IoScript.sectorsOf(disk.letter());
    ByteBuffer content = ByteBuffer.allocate(sectors * Sectors.SIZE);
    try (FileChannel file = FileChannel.open(disk(disk.letter()).file())) {
      while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
        // until all of it is there
      }
    }
    Stamp.Reading reading = new Stamp.Reading();
    reading.add(content, 0, sectors);
    return reading.toString();
  }

  // --- steps -----------------------------------------------------------------------------------

  private String outcome(IoStep step) throws IOException {
    if (step instanceof IoStep.Create create) {
      return create(create);
    } else if (step instanceof IoStep.Load load) {
      return load(load.device(), load.table(), false);
    } else if (step instanceof IoStep.Suspend suspend) {
      return suspend(suspend.device(), suspend.noflush());
    } else if (step instanceof IoStep.Resume resume) {
      return resume(resume.device());
    } else if (step instanceof IoStep.Remove remove) {
      return remove(remove.device());
    } else if (step instanceof IoStep.Message message) {
      return message(message);
    } else if (step instanceof IoStep.Status status) {
      return status(status.device());
    } else if (step instanceof IoStep.Await await) {
      return await(await);
    } else if (step instanceof IoStep.Io io) {
      return waits(io.device()) ? "not done: it would wait" : io(io);
    } else if (step instanceof IoStep.Parallel parallel) {
      return parallel(parallel);
    } else if (step instanceof IoStep.Swap swap) {
      return swap(swap);
    } else if (step instanceof IoStep.Contents contents) {
      return waits(contents.device()) ? "not done: it would wait" : contents(contents.device());
    } else if (step instanceof IoStep.Pause pause) {
      LockSupport.parkNanos(pause.millis() * 1_000_000L);
      return "";
    }
    throw new IllegalArgumentException(step.toString());
  }

  private String create(IoStep.Create step) throws IOException {
    DmBuffer made = request(step.device());
    int errno = world.call(DmCommand.DEV_CREATE, made);
    if (errno != 0) {
      return "not made: " + name(errno);
    }
    devices.put(step.device(), new Mapped(DeviceNumber.ofEncoded(made.dev())));
    String loaded = load(step.device(), step.table(), step.readOnly());
    String resumed = loaded.equals("0") ? resume(step.device()) : "";
    if (!resumed.equals("0")) {
      remove(step.device());
      return "load " + loaded + " resume " + resumed;
    }
    return "0";
  }

  private String load(String device, List<String> table, boolean readOnly) {
    Mapped mapped = devices.get(device);
    List<TargetSpec> targets = new ArrayList<>();
    for (String line : table) {
      String[] words = line.split(" ", 4);
      String params = words.length > 3 ? words[3] : "";
      Matcher references = REFERENCE.matcher(params);
      while (references.find()) {
        if (mapped != null && devices.containsKey(references.group(1))) {
          mapped.below.add(references.group(1));
        }
      }
      targets.add(
          new TargetSpec(
              Long.parseLong(words[0]), Long.parseLong(words[1]), words[2], numbered(params)));
    }
    DmBuffer buffer =
        DmBuffer.allocate((int) (DmBuffer.HEADER_SIZE + TargetPayload.loadSize(targets)));
    buffer.version(4, 0, 0);
    buffer.name(device);
    buffer.flags(readOnly ? DmFlag.READONLY : 0);
    TargetPayload.writeLoad(buffer, targets);
    int errno = world.call(DmCommand.TABLE_LOAD, buffer);
    if (errno == 0 && mapped != null) {
      TargetSpec last = targets.get(targets.size() - 1);
      mapped.loaded = last.start() + last.length();
    }
    return name(errno);
  }

  /** Parameters with numbers for the names of disks and devices. */
  private String numbered(String params) {
    return REFERENCE
        .matcher(params)
        .replaceAll(
            found -> {
              String name = found.group(1);
              if (devices.containsKey(name)) {
                return devices.get(name).number.toString();
              }
              boolean isDisk = name.length() == 1 && IoScript.LETTERS.contains(name);
              return isDisk ? disk(name.charAt(0)).number().toString() : "0:0";
            });
  }

  /** Text with names for the numbers of disks and devices. */
  private String named(String text) {
    Map<String, String> names = new HashMap<>();
    devices.forEach((name, device) -> names.put(device.number.toString(), "$" + name));
    for (int i = 0; i < world.disks().size(); i++) {
      names.put(world.disks().get(i).number().toString(), "$" + IoScript.LETTERS.charAt(i));
    }
    return NUMBER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(names.getOrDefault(found.group(), found.group())));
  }

  private String suspend(String device, boolean noflush) {
    DmBuffer buffer = request(device);
    buffer.flags(DmFlag.SUSPEND | (noflush ? DmFlag.NOFLUSH : 0));
    int errno = world.call(DmCommand.DEV_SUSPEND, buffer);
    if (errno == 0 && devices.containsKey(device)) {
      devices.get(device).suspended = true;
    }
    return name(errno);
  }

  private String resume(String device) {
    int errno = world.call(DmCommand.DEV_SUSPEND, request(device));
    Mapped mapped = devices.get(device);
    if (mapped != null) {
      // A resume that fails may leave it suspended.
      mapped.suspended = errno != 0;
      mapped.sectors = errno == 0 && mapped.loaded > 0 ? mapped.loaded : mapped.sectors;
      mapped.loaded = 0;
    }
    return name(errno);
  }

  private String remove(String device) {
    Mapped mapped = devices.get(device);
    if (mapped != null && mapped.open != null) {
      mapped.open.close();
      mapped.open = null;
    }
    int errno = world.call(DmCommand.DEV_REMOVE, request(device));
    if (errno == 0) {
      devices.remove(device);
    }
    return name(errno);
  }

  private String message(IoStep.Message step) {
    DmBuffer buffer = request(step.device());
    TextPayload.writeMessage(buffer, new TargetMessage(step.sector(), numbered(step.text())));
    int errno = world.call(DmCommand.TARGET_MSG, buffer);
    try {
      String answer = errno == 0 ? TextPayload.readAnswer(buffer) : null;
      return name(errno) + (answer == null ? "" : " " + named(answer).replace("\n", "\\n"));
    } catch (MalformedBufferException e) {
      return e.getMessage();
    }
  }

  private String status(String device) {
    DmBuffer buffer = request(device);
    int errno = world.call(DmCommand.TABLE_STATUS, buffer);
    if (errno != 0) {
      return name(errno);
    }
    return (buffer.hasFlag(DmFlag.SUSPEND) ? "suspended " : "")
        + (buffer.hasFlag(DmFlag.READONLY) ? "read-only " : "")
        + lines(buffer)
        + " table "
        + table(device);
  }

  private String table(String device) {
    DmBuffer buffer = request(device);
    buffer.flags(DmFlag.STATUS_TABLE);
    int errno = world.call(DmCommand.TABLE_STATUS, buffer);
    return errno == 0 ? lines(buffer).toString() : name(errno);
  }

  private List<String> lines(DmBuffer buffer) {
    try {
      return TargetPayload.readStatus(buffer).stream()
          .map(t -> t.start() + " " + t.length() + " " + t.type() + " " + named(t.params()))
          .toList();
    } catch (MalformedBufferException e) {
      return List.of(e.getMessage());
    }
  }

  private String await(IoStep.Await step) {
    Pattern wanted = Pattern.compile(step.pattern());
    long end = System.nanoTime() + AWAIT_NANOS;
    while (true) {
      DmBuffer buffer = request(step.device());
      int errno = world.call(DmCommand.TABLE_STATUS, buffer);
      if (errno != 0) {
        return name(errno);
      }
      List<String> lines = lines(buffer);
      if (!lines.isEmpty() && wanted.matcher(lines.get(0)).find()) {
        return "reached";
      }
      if (System.nanoTime() > end) {
        return "not reached: " + lines;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  // --- requests --------------------------------------------------------------------------------

  /** Whether a request to this device might wait for ever: it, or one below it, is suspended. */
  private boolean waits(String device) {
    Mapped mapped = devices.get(device);
    return mapped != null && (mapped.suspended || mapped.below.stream().anyMatch(this::waits));
  }

  private IoDevice open(String device) throws IOException {
    Mapped mapped = devices.get(device);
    if (mapped == null) {
      return null;
    }
    synchronized (mapped) {
      if (mapped.open == null) {
        mapped.open = world.open(device, mapped.number);
      }
      return mapped.open;
    }
  }

  private String io(IoStep.Io step) throws IOException {
    IoDevice device = open(step.device());
    if (device == null) {
      return "no such device";
    }
    requests.incrementAndGet();
    AlignedBuffer buffer = BUFFER.get();
    switch (step.op()) {
      case READ:
        int read = device.read(step.sector(), step.sectors(), buffer);
        if (read <= 0) {
          return name(-read);
        }
        Stamp.Reading reading = new Stamp.Reading();
        reading.add(buffer.bytes(), 0, read);
        return reading.toString();
      case WRITE:
        int origin = Stamp.ofWrite(step.tag());
        Stamp.write(buffer.bytes(), 0, origin, step.sector(), step.sectors());
        int written = device.write(step.sector(), step.sectors(), buffer, step.fua());
        return written < 0 ? name(-written) : Integer.toString(written);
      case FLUSH:
        return name(-device.flush());
      case DISCARD:
        return name(-device.discard(step.sector(), step.sectors()));
      default:
        return name(-device.zero(step.sector(), step.sectors()));
    }
  }

  private String contents(String name) throws IOException {
    IoDevice device = open(name);
    if (device == null) {
      return "no such device";
    }
    AlignedBuffer buffer = BUFFER.get();
    Stamp.Reading reading = new Stamp.Reading();
    for (long sector = 0; ; sector += PIECE) {
      requests.incrementAndGet();
      int read = device.read(sector, PIECE, buffer);
      if (read == 0) {
        return sector == 0 ? "empty" : reading.toString();
      } else if (read < 0) {
        reading.addFailed(name(-read), PIECE);
      } else {
        reading.add(buffer.bytes(), 0, read);
      }
    }
  }

  private String parallel(IoStep.Parallel step) throws IOException {
    for (List<IoStep.Io> thread : step.threads()) {
      for (IoStep.Io io : thread) {
        if (waits(io.device())) {
          return "not done: it would wait";
        }
        open(io.device());
      }
    }
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (List<IoStep.Io> thread : step.threads()) {
      outcomes.add(start(thread));
    }
    return joined(outcomes);
  }

  private String swap(IoStep.Swap step) throws IOException {
    if (!devices.containsKey(step.device())) {
      return "no such device";
    }
    open(step.device());
    String outcome = "suspend " + suspend(step.device(), step.noflush());
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (IoStep.Io io : step.queued()) {
      // Whether a request is on the device is found out before it waits, if it comes in time.
      if (io.sector() + io.sectors() <= devices.get(step.device()).sectors) {
        outcomes.add(start(List.of(io)));
      }
    }
    if (!step.table().isEmpty()) {
      outcome += " load " + load(step.device(), step.table(), false);
    }
    String resumed = resume(step.device());
    outcome += " resume " + resumed;
    if (waits(step.device()) && !resumed.equals("0")) {
      resume(step.device()); // the old table, or what waits would wait for ever
    }
    return outcome + " " + joined(outcomes);
  }

  private CompletableFuture<String> start(List<IoStep.Io> ios) {
    return CompletableFuture.supplyAsync(
        () -> {
          List<String> outcomes = new ArrayList<>();
          for (IoStep.Io io : ios) {
            try {
              outcomes.add(io(io));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          return outcomes.toString();
        },
        threads);
  }

  private static String joined(List<CompletableFuture<String>> outcomes) {
    return outcomes.stream().map(CompletableFuture::join).toList().toString();
  }

  // --- clean state -----------------------------------------------------------------------------

  private void cleanUp() throws IOException {
    List<String> left = new ArrayList<>(devices.keySet());
    Collections.reverse(left);
    for (String device : left) {
      String errno = remove(device);
      if (!errno.equals("0")) {
        throw new IOException(device + " cannot be removed: " + errno);
      }
    }
  }

  private static DmBuffer request(String device) {
    DmBuffer buffer = DmBuffer.allocate(16384);
    buffer.version(4, 0, 0);
    buffer.name(device);
    return buffer;
  }

  /** An error number by its name, 0 as it is. */
  static String name(int errno) {
    for (Errno known : Errno.values()) {
      if (known.number() == errno) {
        return known.name();
      }
    }
    return Integer.toString(errno);
  }
}
