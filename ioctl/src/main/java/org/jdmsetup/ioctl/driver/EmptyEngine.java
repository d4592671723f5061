package org.jdmsetup.ioctl.driver;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.NamesPayload;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The engine while it has no devices and its daemon does not run. Requests that only ask for
 * something are answered here as the daemon would answer them, because a daemon takes a second to
 * start. A session replaces this by the daemon as soon as it wants more, or there may be devices.
 */
public final class EmptyEngine implements ControlDevice {
  private static final Set<TaskType> SERVED =
      EnumSet.of(
          TaskType.VERSION,
          TaskType.NAMES,
          TaskType.INFO,
          TaskType.STATUS,
          TaskType.TABLE,
          TaskType.DEPS,
          TaskType.WAIT,
          TaskType.REMOVE_ALL);

  private final RunDirectory directory;
  private String reason = "";

  private EmptyEngine(RunDirectory directory) {
    this.directory = directory;
  }

  /** The engine of a directory in which there is nothing; null if there may be something. */
  public static EmptyEngine in(RunDirectory directory) {
    return directory.isIdle() ? new EmptyEngine(directory) : null;
  }

  /** Whether a task of this type can be answered here, now. */
  public boolean serves(TaskType type) {
    return SERVED.contains(type) && directory.isIdle();
  }

  /** Why no device is found for a request, for people. */
  public static String noDevice(DmBuffer request) {
    String key;
    if (!request.uuid().isEmpty()) {
      key = "uuid " + ByteText.unicode(request.uuid());
    } else if (!request.name().isEmpty()) {
      key = "name " + ByteText.unicode(request.name());
    } else {
      key = "number " + DeviceNumber.ofEncoded(request.dev());
    }
    return "there is no device with " + key;
  }

  @Override
  public int call(DmCommand command, ByteBuffer bytes) {
    DmBuffer buffer = DmBuffer.unchecked(bytes);
    reason = "";
    EngineWire.putInterfaceVersion(buffer);
    switch (command) {
      case VERSION:
      case REMOVE_ALL:
        return 0;
      case LIST_DEVICES:
        buffer.flags(buffer.flags() & ~DmFlag.ONLY_IN_REPLIES);
        buffer.beginReply();
        NamesPayload.write(buffer, List.of(), buffer.hasFlag(DmFlag.UUID));
        return 0;
      default:
        reason = noDevice(buffer);
        return Errno.ENXIO.number();
    }
  }

  @Override
  public String reason() {
    return ByteText.ofUnicode(reason);
  }

  /** Not known, as only the daemon knows it; a session does not ask for it here. */
  @Override
  public int major() {
    return 0;
  }

  @Override
  public String description() {
    return "jdmsetup engine, which has no devices: its daemon does not run";
  }

  @Override
  public void close() {}
}
