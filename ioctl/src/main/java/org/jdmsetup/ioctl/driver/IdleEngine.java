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

/**
 * The engine while it has no devices and its daemon does not run. Requests that would change
 * nothing are answered here as the daemon would answer them, because a daemon takes a second to
 * start. A session goes over to the daemon for any other task, or once another process may have
 * made a device.
 */
public final class IdleEngine implements ControlDevice {
  /**
   * Tasks that change nothing while there is no device: REMOVE_ALL has nothing to remove, and WAIT
   * has nothing to wait for and fails.
   */
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

  private IdleEngine(RunDirectory directory) {
    this.directory = directory;
  }

  /** The engine of a directory, if it is idle; null if a daemon may run or a device may wait. */
  public static IdleEngine ifIdle(RunDirectory directory) {
    return directory.isIdle() ? new IdleEngine(directory) : null;
  }

  /** Whether a task of this type can be answered here, now. */
  public boolean serves(TaskType type) {
    return SERVED.contains(type) && directory.isIdle();
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
        reason = EngineWire.noSuchDevice(buffer);
        return Errno.ENXIO.number();
    }
  }

  @Override
  public String reason() {
    return ByteText.ofUnicode(reason);
  }

  /** Always 0: it is the daemon who chooses it, and a session that asks has gone over to it. */
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
