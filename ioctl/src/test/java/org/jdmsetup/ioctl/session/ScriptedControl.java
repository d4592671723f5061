package org.jdmsetup.ioctl.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.driver.ControlDevice;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * A driver that plays answers given beforehand and keeps the bytes of every request. DM_VERSION and
 * requests for which nothing was prepared succeed with an empty payload.
 */
final class ScriptedControl implements ControlDevice {
  record Seen(DmCommand command, DmBuffer request) {}

  private record Answer(int errno, Consumer<DmBuffer> reply) {}

  final List<Seen> seen = new ArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final int minor;
  String reason = "";

  ScriptedControl(int minor) {
    this.minor = minor;
  }

  ScriptedControl() {
    this(47);
  }

  ScriptedControl succeed(Consumer<DmBuffer> reply) {
    answers.add(new Answer(0, reply));
    return this;
  }

  ScriptedControl succeed() {
    return succeed(buffer -> {});
  }

  /** Succeeds for a device with this number. */
  ScriptedControl device(int deviceMinor) {
    return succeed(buffer -> buffer.dev(new DeviceNumber(254, deviceMinor).encoded()));
  }

  ScriptedControl fail(Errno errno) {
    answers.add(new Answer(errno.number(), buffer -> {}));
    return this;
  }

  /** The requests after DM_VERSION. */
  List<DmCommand> commands() {
    return seen.stream().map(Seen::command).filter(c -> c != DmCommand.VERSION).toList();
  }

  /** The request number {@code index} after DM_VERSION. */
  DmBuffer request(int index) {
    return seen.get(index + 1).request();
  }

  @Override
  public int call(DmCommand command, ByteBuffer bytes) {
    try {
      ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
      copy.put(0, bytes, 0, bytes.capacity());
      seen.add(new Seen(command, DmBuffer.wrap(copy)));
      DmBuffer buffer = DmBuffer.wrap(bytes);
      Answer answer =
          command == DmCommand.VERSION || answers.isEmpty()
              ? new Answer(0, b -> {})
              : answers.remove();
      buffer.version(4, minor, 0);
      if (answer.errno() == 0) {
        buffer.beginReply();
        answer.reply().accept(buffer);
      }
      return answer.errno();
    } catch (MalformedBufferException e) {
      throw new AssertionError("a client sends well-formed requests", e);
    }
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public int major() {
    return 254;
  }

  @Override
  public String description() {
    return "scripted";
  }

  @Override
  public void close() {}
}
