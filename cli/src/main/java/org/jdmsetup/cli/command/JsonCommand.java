package org.jdmsetup.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.cli.json.JsonText;
import org.jdmsetup.cli.json.TargetFields;
import org.jdmsetup.cli.json.Unsigned;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.Keys;
import org.jdmsetup.cli.session.BlockNames;
import org.jdmsetup.cli.session.FilesBelow;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * {@code --json}, which dmsetup has not: what {@code info}, {@code ls}, {@code status}, {@code
 * table}, {@code deps} and {@code targets} know, as one JSON document a run. docs/json.md describes
 * it; it also comes, with what there is, after a failure.
 */
public final class JsonCommand extends DeviceCommand {
  /** Goes up when a member changes its meaning or goes away; not when one is added. */
  private static final int VERSION = 1;

  private final String word;
  private final Command plain;
  private List<Object> entries = new ArrayList<>();

  private JsonCommand(String word, Command plain) {
    this.word = word;
    this.plain = plain;
  }

  /** The command of this word with its output in JSON; null if it has no such output. */
  public static JsonCommand of(String word, Command plain) {
    return switch (word) {
      case "info", "ls", "status", "table", "deps", "targets" -> new JsonCommand(word, plain);
      default -> null;
    };
  }

  @Override
  public boolean repeats() {
    return plain.repeats();
  }

  @Override
  public boolean takesSelection() {
    return word.equals("info") || plain.takesSelection(); // the selection of info -c
  }

  @Override
  boolean walk(Session session) throws DmException {
    if (word.equals("targets")) {
      return targets(session);
    }
    boolean good = true;
    for (ListedDevice device : session.task(TaskType.NAMES).withUuids(true).run().devices()) {
      try {
        good &= word.equals("ls") ? list(session, device) : look(session, key(device));
      } catch (DmException e) {
        good = session.fail(e);
      }
    }
    return good;
  }

  private static DeviceKey key(ListedDevice device) {
    return DeviceKey.name(device.name());
  }

  private boolean list(Session session, ListedDevice device) throws DmException {
    if (session.has(Opt.TARGET) && !hasTarget(session, key(device))) {
      return true;
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", device.name());
    if (device.uuid() != null) {
      entry.put("uuid", device.uuid());
    }
    entry.put("major", device.number().major());
    entry.put("minor", device.number().minor());
    entries.add(entry);
    return true;
  }

  private static boolean hasTarget(Session session, DeviceKey device) throws DmException {
    String wanted = session.options().text(Opt.TARGET);
    for (TargetSpec target : session.task(TaskType.STATUS).device(device).run().targets()) {
      if (target.type().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private boolean targets(Session session) throws DmException {
    for (TargetVersion target : session.task(TaskType.VERSIONS).run().versions()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", target.name());
      entry.put("version", target.major() + "." + target.minor() + "." + target.patch());
      entries.add(entry);
    }
    return true;
  }

  @Override
  boolean look(Session session, DeviceKey device) throws DmException {
    TaskType type =
        switch (word) {
          case "table" -> TaskType.TABLE;
          case "deps" -> TaskType.DEPS;
          case "info" -> TaskType.INFO;
          default -> TaskType.STATUS;
        };
    DmTask task = session.task(type).device(device);
    if (type == TaskType.STATUS) {
      task.noFlush(session.has(Opt.NOFLUSH));
    }
    DmReply reply = task.run();
    if (!reply.exists()) {
      return session.fail("Device does not exist.");
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", reply.name());
    entry.put("uuid", reply.uuid());
    entry.put("major", reply.info().major());
    entry.put("minor", reply.info().minor());
    switch (type) {
      case INFO -> describe(session, reply, entry);
      case DEPS -> {
        entry.put("dependencies", below(session, reply));
        List<Object> files = new ArrayList<>();
        FilesBelow.of(session, device).forEach(file -> files.add(Map.of("path", file)));
        entry.put("files", files);
      }
      default -> entry.put("targets", described(session, reply));
    }
    boolean wanted = !session.has(Opt.TARGET) || !List.of().equals(entry.get("targets"));
    if (wanted) {
      entries.add(entry);
    }
    return true;
  }

  private static void describe(Session session, DmReply reply, Map<String, Object> entry) {
    DeviceInfo info = reply.info();
    entry.put("suspended", info.suspended());
    entry.put("read_only", info.readOnly());
    entry.put("deferred_remove", info.deferredRemove());
    entry.put("live_table", info.liveTable());
    entry.put("inactive_table", info.inactiveTable());
    entry.put("open_count", info.openCount() < 0 ? null : info.openCount());
    entry.put("event_number", info.eventNr() & 0xffffffffL);
    entry.put("target_count", info.targetCount() < 0 ? null : info.targetCount());
    long readAhead = session.mapper().readAhead(reply.name(), info.major(), info.minor());
    entry.put("read_ahead", readAhead < 0 ? null : readAhead);
  }

  private static List<Object> below(Session session, DmReply reply) throws DmException {
    List<Object> below = new ArrayList<>();
    for (DeviceNumber number : reply.deps()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("major", number.major());
      entry.put("minor", number.minor());
      if (session.nameStyle() != NameStyle.DEVNO) {
        entry.put("name", BlockNames.of(session, number));
      }
      below.add(entry);
    }
    return below;
  }

  private List<Object> described(Session session, DmReply reply) {
    boolean table = word.equals("table");
    List<Object> described = new ArrayList<>();
    for (TargetSpec target : reply.targets()) {
      if (session.has(Opt.TARGET) && !target.type().equals(session.options().text(Opt.TARGET))) {
        continue;
      }
      String text = target.params();
      if (table && !session.has(Opt.SHOWKEYS)) {
        text = Keys.hidden(target.type(), text);
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("start", Unsigned.of(target.start()));
      entry.put("length", Unsigned.of(target.length()));
      entry.put("type", target.type());
      entry.put(table ? "params" : "status", text);
      entry.put("words", TargetFields.words(text));
      entry.put(
          "fields",
          table
              ? TargetFields.table(target.type(), text)
              : TargetFields.status(target.type(), text));
      described.add(entry);
    }
    return described;
  }

  @Override
  public void end(Session session) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", VERSION);
    document.put(word.equals("targets") ? "targets" : "devices", entries);
    session.out().line(JsonText.of(document));
    entries = new ArrayList<>();
  }
}
