package org.jdmsetup.engine.control.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.device.MappedDevice;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.ioctl.buffer.DepsPayload;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.TargetMessage;
import org.jdmsetup.ioctl.buffer.TargetPayload;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TextPayload;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.text.Words;

/** The requests about a device's tables and to the targets in them. */
final class TableRequests {
  private static final int MAX_TARGETS = 1 << 20;

  private final Engine engine;
  private final DeviceLookup lookup;

  TableRequests(Engine engine, DeviceLookup lookup) {
    this.engine = engine;
    this.lookup = lookup;
  }

  void load(DmBuffer buffer, ControlClient client) throws Refusal, MalformedBufferException {
    MappedDevice device = lookup.find(buffer);
    if (buffer.targetCount() == 0) {
      throw new Refusal(
          Errno.EINVAL, "a table has at least one rule (populate_table: no targets specified)");
    }
    if (Integer.compareUnsigned(buffer.targetCount(), MAX_TARGETS) > 0) {
      throw new Refusal(
          Errno.EOVERFLOW,
          Integer.toUnsignedString(buffer.targetCount())
              + " rules, expected at most "
              + MAX_TARGETS);
    }
    boolean readOnly = buffer.hasFlag(DmFlag.READONLY);
    List<TargetSpec> specs = new ArrayList<>();
    try {
      TargetPayload.readLoad(buffer, specs);
    } catch (MalformedBufferException e) {
      engine.slots.tryTable(device, rules(specs), readOnly, client.directory());
      throw e;
    }
    engine.slots.load(device, rules(specs), readOnly, client.directory());
    buffer.beginReply();
    buffer.setFlag(DmFlag.INACTIVE_PRESENT, true);
    lookup.status(buffer, device);
  }

  private static List<Rule> rules(List<TargetSpec> specs) {
    return specs.stream()
        .map(spec -> new Rule(spec.start(), spec.length(), spec.type(), spec.params()))
        .toList();
  }

  void clear(DmBuffer buffer) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    engine.slots.clear(device);
    buffer.beginReply();
    buffer.setFlag(DmFlag.INACTIVE_PRESENT, false);
    lookup.status(buffer, device);
  }

  /** Devices below that have numbers, the one opened last first. */
  void deps(DmBuffer buffer) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    buffer.beginReply();
    lookup.status(buffer, device);
    Table table = DeviceLookup.retainShown(buffer, device);
    if (table != null) {
      try {
        DepsPayload.write(buffer, numbers(table.devices()));
      } finally {
        table.release();
      }
    }
  }

  private static List<DeviceNumber> numbers(List<Backing> devices) {
    List<DeviceNumber> numbers = new ArrayList<>();
    for (Backing below : devices) {
      if (below.number() != null) {
        numbers.add(0, below.number());
      }
    }
    return numbers;
  }

  void status(DmBuffer buffer) throws Refusal {
    MappedDevice device = lookup.find(buffer);
    buffer.beginReply();
    statusOf(buffer, device);
  }

  private void statusOf(DmBuffer buffer, MappedDevice device) {
    lookup.status(buffer, device);
    Table table = DeviceLookup.retainShown(buffer, device);
    if (table != null) {
      try {
        TargetPayload.writeStatus(buffer, lines(buffer, table));
      } finally {
        table.release();
      }
    }
  }

  private static List<TargetSpec> lines(DmBuffer buffer, Table table) {
    if (buffer.hasFlag(DmFlag.STATUS_TABLE)) {
      return table.status(true);
    }
    return buffer.hasFlag(DmFlag.IMA_MEASUREMENT) ? table.measurements() : table.status(false);
  }

  /** Waits until the event number differs from the header's. */
  void await(DmBuffer buffer, ControlClient client) throws Refusal {
    int known = buffer.eventNr();
    MappedDevice device = lookup.find(buffer);
    Runnable watcher = client::wake;
    device.events().watch(watcher);
    try {
      if (!client.await(() -> device.events().number() != known || device.removed())) {
        throw new Refusal(Errno.EINTR, "the caller went away while it waited for an event");
      }
    } finally {
      device.events().unwatch(watcher);
    }
    buffer.beginReply();
    statusOf(buffer, device);
  }

  void message(DmBuffer buffer) throws Refusal, MalformedBufferException {
    MappedDevice device = lookup.find(buffer);
    TargetMessage message = TextPayload.readMessage(buffer);
    Words split = Words.of(message.text());
    if (split.size() == 0) {
      throw new Refusal(Errno.EINVAL, "Empty message received.");
    }
    List<String> words = split.list();
    if (words.get(0).startsWith("@")) {
      messageToCore(device, words);
      buffer.beginReply();
      buffer.dataStart(DmBuffer.HEADER_SIZE);
      lookup.status(buffer, device);
      return;
    }
    Table table = device.retainTable(false);
    if (table == null) {
      buffer.dataSize(0); // as the kernel: success without effect, and nothing goes back
      return;
    }
    String answer;
    try {
      answer = messageToTarget(device, table, message.sector(), words);
    } finally {
      table.release();
    }
    buffer.beginReply();
    buffer.dataStart(DmBuffer.HEADER_SIZE);
    lookup.status(buffer, device);
    if (answer != null) {
      TextPayload.writeAnswer(buffer, answer);
    }
  }

  private String messageToTarget(
      MappedDevice device, Table table, Sectors sector, List<String> words) throws Refusal {
    int rule = table.find(sector);
    if (rule < 0) {
      throw new Refusal(
          Errno.EINVAL,
          "Target message sector outside device.: sector "
              + sector
              + ", the device has "
              + table.length());
    }
    try {
      return table.message(rule, words);
    } catch (TargetException e) {
      throw new Refusal(
          e.errno(),
          "rule " + (rule + 1) + " (" + table.rule(rule).type() + "): " + e.getMessage());
    }
  }

  private void messageToCore(MappedDevice device, List<String> words) throws Refusal {
    if (!words.get(0).equalsIgnoreCase("@cancel_deferred_remove")) {
      throw new Refusal(
          Errno.EINVAL,
          "Unsupported message sent to DM core: "
              + ByteText.unicode(words.get(0))
              + ", expected @cancel_deferred_remove, or one for a target, without the @");
    }
    if (words.size() != 1) {
      throw new Refusal(
          Errno.EINVAL,
          "Invalid arguments for @cancel_deferred_remove: "
              + (words.size() - 1)
              + " words after it, expected none");
    }
    engine.removal.cancelDeferredRemove(device);
  }
}
