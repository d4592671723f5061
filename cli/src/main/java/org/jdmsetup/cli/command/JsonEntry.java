package org.jdmsetup.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdmsetup.cli.json.TargetFields;
import org.jdmsetup.cli.json.Unsigned;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.output.HiddenKeys;
import org.jdmsetup.cli.session.BlockNames;
import org.jdmsetup.cli.session.FilesBelow;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TargetSpec;
import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * One device, or one target type, as it stands in the document of {@code --json}: the members of an
 * object, in their order. docs/json.md describes them.
 */
final class JsonEntry {
  private JsonEntry() {}

  /** A device as {@code ls} shows it. */
  static Map<String, Object> listed(ListedDevice device) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", device.name());
    if (device.uuid() != null) {
      entry.put("uuid", device.uuid());
    }
    putNumber(entry, device.number());
    return entry;
  }

  /** A target type as {@code targets} shows it. */
  static Map<String, Object> targetType(TargetVersion target) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", target.name());
    entry.put("version", target.major() + "." + target.minor() + "." + target.patch());
    return entry;
  }

  /** A device as {@code info} shows it. */
  static Map<String, Object> info(Session session, DmReply reply) {
    Map<String, Object> entry = device(reply);
    DeviceInfo info = reply.info();
    entry.put("suspended", info.suspended());
    entry.put("read_only", info.readOnly());
    entry.put("deferred_remove", info.deferredRemove());
    entry.put("live_table", info.liveTable());
    entry.put("inactive_table", info.inactiveTable());
    entry.put("open_count", info.openCount() < 0 ? null : info.openCount());
    entry.put("event_number", Integer.toUnsignedLong(info.eventNr()));
    entry.put("target_count", info.targetCount() < 0 ? null : info.targetCount());
    Optional<Sectors> readAhead =
        session.mapper().readAhead(reply.name(), info.major(), info.minor());
    entry.put("read_ahead", readAhead.map(Sectors::count).orElse(null));
    return entry;
  }

  /** A device as {@code deps} shows it. */
  static Map<String, Object> dependencies(Session session, DeviceKey device, DmReply reply)
      throws DmException {
    Map<String, Object> entry = device(reply);
    List<Object> below = new ArrayList<>();
    for (DeviceNumber number : reply.deps()) {
      Map<String, Object> dependency = new LinkedHashMap<>();
      putNumber(dependency, number);
      if (session.nameStyle() != NameStyle.DEVNO) {
        dependency.put("name", BlockNames.of(session, number));
      }
      below.add(dependency);
    }
    entry.put("dependencies", below);
    List<Object> files = new ArrayList<>();
    for (String file : FilesBelow.of(session, device)) {
      files.add(Map.of("path", file));
    }
    entry.put("files", files);
    return entry;
  }

  /** A device as {@code status} shows it. */
  static Map<String, Object> status(Session session, DmReply reply) {
    Map<String, Object> entry = device(reply);
    List<Object> targets = new ArrayList<>();
    for (TargetSpec target : reply.targets()) {
      if (TargetOption.accepts(session, target)) {
        String text = target.params();
        targets.add(target(target, "status", text, TargetFields.status(target.type(), text)));
      }
    }
    entry.put("targets", targets);
    return entry;
  }

  /** A device as {@code table} shows it. */
  static Map<String, Object> table(Session session, DmReply reply) {
    Map<String, Object> entry = device(reply);
    List<Object> targets = new ArrayList<>();
    for (TargetSpec target : reply.targets()) {
      if (TargetOption.accepts(session, target)) {
        boolean shown = session.has(Opt.SHOWKEYS);
        String text = shown ? target.params() : HiddenKeys.hidden(target.type(), target.params());
        targets.add(target(target, "params", text, TargetFields.table(target.type(), text)));
      }
    }
    entry.put("targets", targets);
    return entry;
  }

  private static Map<String, Object> device(DmReply reply) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", reply.name());
    entry.put("uuid", reply.uuid());
    entry.put("major", reply.info().major());
    entry.put("minor", reply.info().minor());
    return entry;
  }

  private static void putNumber(Map<String, Object> entry, DeviceNumber number) {
    entry.put("major", number.major());
    entry.put("minor", number.minor());
  }

  private static Map<String, Object> target(
      TargetSpec target, String name, String text, Map<String, Object> fields) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("start", Unsigned.of(target.start().count()));
    entry.put("length", Unsigned.of(target.length().count()));
    entry.put("type", target.type());
    entry.put(name, text);
    entry.put("words", TargetFields.words(text));
    entry.put("fields", fields);
    return entry;
  }
}
