package org.jdmsetup.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.cli.json.JsonText;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;

/**
 * {@code --json}, which dmsetup has not: what {@code info}, {@code ls}, {@code status}, {@code
 * table}, {@code deps} and {@code targets} know, as one JSON document a run. docs/json.md describes
 * it; it also comes, with what there is, after a failure. {@link JsonEntry} is what stands in it.
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
  boolean runOnAll(Session session) throws DmException {
    if (word.equals("targets")) {
      return targets(session);
    }
    boolean good = true;
    for (ListedDevice device : session.task(TaskType.NAMES).withUuids(true).run().devices()) {
      try {
        good &= word.equals("ls") ? list(session, device) : runOn(session, key(device));
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
    if (!session.has(Opt.TARGET) || TargetOption.acceptsAny(session, status(session, device))) {
      entries.add(JsonEntry.listed(device));
    }
    return true;
  }

  private static List<TargetSpec> status(Session session, ListedDevice device) throws DmException {
    return session.task(TaskType.STATUS).device(key(device)).run().targets();
  }

  private boolean targets(Session session) throws DmException {
    for (TargetVersion target : session.task(TaskType.VERSIONS).run().versions()) {
      entries.add(JsonEntry.targetType(target));
    }
    return true;
  }

  @Override
  boolean runOn(Session session, DeviceKey device) throws DmException {
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
    Map<String, Object> entry =
        switch (type) {
          case INFO -> JsonEntry.info(session, reply);
          case DEPS -> JsonEntry.dependencies(session, device, reply);
          case TABLE -> JsonEntry.table(session, reply);
          default -> JsonEntry.status(session, reply);
        };
    boolean wanted = !session.has(Opt.TARGET) || !List.of().equals(entry.get("targets"));
    if (wanted) {
      entries.add(entry);
    }
    return true;
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
