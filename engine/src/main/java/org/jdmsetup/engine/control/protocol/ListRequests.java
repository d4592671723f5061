package org.jdmsetup.engine.control.protocol;

import java.util.List;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.targets.TargetType;
import org.jdmsetup.engine.targets.Targets;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.VersionsPayload;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/** The requests that concern no device in particular. */
final class ListRequests {
  private final Engine engine;

  ListRequests(Engine engine) {
    this.engine = engine;
  }

  void removeAll(DmBuffer buffer) {
    boolean deferred = buffer.hasFlag(DmFlag.DEFERRED_REMOVE);
    engine.removal.removeAll(deferred);
    buffer.dataSize(0); // nothing goes back
  }

  /** Name and uuid of the request are prefixes that a device must have to be listed. */
  void listDevices(DmBuffer buffer) {
    String name = buffer.namePrefix();
    String uuid = buffer.uuidPrefix();
    List<ListedDevice> devices =
        engine.devices().all().stream()
            .filter(device -> device.name().startsWith(name) && device.uuid().startsWith(uuid))
            .map(
                device ->
                    new ListedDevice(
                        device.name(), device.number(), device.events().number(), device.uuid()))
            .toList();
    buffer.beginReply();
    NamesPayload.write(buffer, devices, buffer.hasFlag(DmFlag.UUID));
  }

  void listVersions(DmBuffer buffer) {
    buffer.beginReply();
    VersionsPayload.write(buffer, Targets.ALL.stream().map(TargetType::version).toList());
  }

  /** The header's name is the target's. */
  void targetVersion(DmBuffer buffer) throws Refusal {
    TargetType<?> type = Targets.named(buffer.name());
    if (type == null) {
      throw new Refusal(Errno.EINVAL, ByteText.unicode(buffer.name()) + ": unknown target type");
    }
    buffer.beginReply();
    VersionsPayload.write(buffer, List.of(type.version()));
  }
}
