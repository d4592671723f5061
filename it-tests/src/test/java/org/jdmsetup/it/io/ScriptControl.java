package org.jdmsetup.it.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
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
 * The control requests of a script: each method makes the request of a step and says what came of
 * it, an error number by its name.
 */
final class ScriptControl {
  private static final long AWAIT_NANOS = 20_000_000_000L;
  private static final long POLL_NANOS = 2_000_000;

  /** Bytes of a request's buffer, in which every status of a script fits. */
  private static final int BUFFER_SIZE = 16384;

  private final IoWorld world;
  private final ScriptDevices devices;

  ScriptControl(IoWorld world, ScriptDevices devices) {
    this.world = world;
    this.devices = devices;
  }

  String create(IoStep.Create step) throws IOException {
    DmBuffer made = request(step.device());
    int errno = world.call(DmCommand.DEV_CREATE, made);
    if (errno != 0) {
      return "not made: " + name(errno);
    }
    devices.add(step.device(), DeviceNumber.ofEncoded(made.dev()));
    String loaded = load(step.device(), step.table(), step.readOnly());
    String resumed = loaded.equals("0") ? resume(step.device()) : "";
    if (!resumed.equals("0")) {
      remove(step.device());
      return "load " + loaded + " resume " + resumed;
    }
    return "0";
  }

  String load(String device, List<String> table, boolean readOnly) {
    ScriptDevices.Mapped mapped = devices.find(device);
    List<TargetSpec> targets = new ArrayList<>();
    for (String line : table) {
      String[] words = line.split(" ", 4);
      String params = words.length > 3 ? words[3] : "";
      if (mapped != null) {
        devices.noteBelow(mapped, params);
      }
      targets.add(
          new TargetSpec(
              new Sectors(Long.parseLong(words[0])),
              new Sectors(Long.parseLong(words[1])),
              words[2],
              devices.numbered(params)));
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
      mapped.loaded = last.start().plus(last.length()).count();
    }
    return name(errno);
  }

  String suspend(String device, boolean noflush) {
    DmBuffer buffer = request(device);
    buffer.flags(DmFlag.SUSPEND | (noflush ? DmFlag.NOFLUSH : 0));
    int errno = world.call(DmCommand.DEV_SUSPEND, buffer);
    if (errno == 0 && devices.find(device) != null) {
      devices.find(device).suspended = true;
    }
    return name(errno);
  }

  String resume(String device) {
    int errno = world.call(DmCommand.DEV_SUSPEND, request(device));
    ScriptDevices.Mapped mapped = devices.find(device);
    if (mapped != null) {
      // A resume that fails may leave it suspended.
      mapped.suspended = errno != 0;
      mapped.sectors = errno == 0 && mapped.loaded > 0 ? mapped.loaded : mapped.sectors;
      mapped.loaded = 0;
    }
    return name(errno);
  }

  String remove(String device) {
    devices.close(device);
    int errno = world.call(DmCommand.DEV_REMOVE, request(device));
    if (errno == 0) {
      devices.remove(device);
    }
    return name(errno);
  }

  String message(IoStep.Message step) {
    DmBuffer buffer = request(step.device());
    TextPayload.writeMessage(
        buffer, new TargetMessage(new Sectors(step.sector()), devices.numbered(step.text())));
    int errno = world.call(DmCommand.TARGET_MSG, buffer);
    try {
      String answer = errno == 0 ? TextPayload.readAnswer(buffer) : null;
      return name(errno) + (answer == null ? "" : " " + devices.named(answer).replace("\n", "\\n"));
    } catch (MalformedBufferException e) {
      return e.getMessage();
    }
  }

  String status(String device) {
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
          .map(t -> t.start() + " " + t.length() + " " + t.type() + " " + devices.named(t.params()))
          .toList();
    } catch (MalformedBufferException e) {
      return List.of(e.getMessage());
    }
  }

  String await(IoStep.Await step) {
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

  private static DmBuffer request(String device) {
    DmBuffer buffer = DmBuffer.allocate(BUFFER_SIZE);
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
