package org.jdmsetup.engine.control.protocol;

import java.nio.ByteBuffer;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.device.Engine;
import org.jdmsetup.engine.control.device.GlobalEvents;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.driver.EngineWire;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;

/**
 * Answers control requests as the device mapper of Linux 6.1 does: what is common to all of them
 * ({@code ctl_ioctl} in the kernel), and which class serves which.
 *
 * <p>Safe to use from any thread.
 */
public final class ControlProtocol {
  /** Bytes of the version, which comes back in every case. */
  private static final int VERSION_SIZE = 12;

  /** The last bytes of the fields for name and uuid: whatever a client put there ends there. */
  private static final int NAME_END = 175;

  private static final int UUID_END = 304;

  private final Engine engine;
  private final GlobalEvents events;
  private final ListRequests lists;
  private final DeviceRequests devices;
  private final TableRequests tables;

  /**
   * How a request ended.
   *
   * @param errno 0 or a positive error number
   * @param buffer the reply
   * @param size how many bytes of it go back into the client's buffer, of which the rest stays as
   *     it is
   * @param reason for people, empty when it went well
   */
  public record Answer(int errno, DmBuffer buffer, int size, String reason) {}

  public ControlProtocol(Engine engine) {
    DeviceLookup lookup = new DeviceLookup(engine);
    this.engine = engine;
    events = engine.events;
    lists = new ListRequests(engine);
    devices = new DeviceRequests(engine, lookup);
    tables = new TableRequests(engine, lookup);
  }

  /**
   * Answers a request.
   *
   * @param number of the command, any
   * @param bytes the whole buffer, of 305 bytes or more; the reply is made in it
   */
  public Answer answer(int number, ByteBuffer bytes, ControlClient client) {
    DmBuffer buffer = DmBuffer.unchecked(bytes);
    try {
      checkVersion(buffer);
      DmCommand command = DmCommand.ofNumber(number);
      if (command == null) {
        throw new Refusal(Errno.ENOTTY, "there is no request number " + number);
      }
      if (command == DmCommand.VERSION) {
        return new Answer(0, buffer, VERSION_SIZE, "");
      }
      buffer.checkSize();
      return answer(command, buffer.cutToDataSize(), client);
    } catch (Refusal e) {
      return new Answer(e.errno(), buffer, VERSION_SIZE, e.getMessage());
    } catch (MalformedBufferException e) {
      return new Answer(Errno.EINVAL.number(), buffer, VERSION_SIZE, e.getMessage());
    }
  }

  private void countGlobally(DmCommand command) {
    switch (command) {
      case REMOVE_ALL, DEV_CREATE, DEV_REMOVE, DEV_RENAME -> events.raise();
      default -> {}
    }
  }

  /** A client has just connected: it is armed, as opening the kernel's control node does. */
  public void clientConnected(ControlClient client) {
    client.arm(events.count());
    engine.exposed.clientConnected(client.nodeDirectory());
  }

  /** Whether something has happened since the client was armed. */
  public boolean hasNewEvents(ControlClient client) {
    return events.count() - client.armed() > 0;
  }

  /**
   * Waits until something has happened since the client was armed, as poll(2) on the kernel's
   * control node does.
   *
   * @return with no error then, and EINTR when the client has gone away
   */
  public Answer poll(ControlClient client) {
    Runnable watcher = client::wake;
    events.watch(watcher);
    try {
      if (client.await(() -> hasNewEvents(client))) {
        return new Answer(0, emptyReply(), VERSION_SIZE, "");
      }
      return failure(Errno.EINTR, "the caller went away");
    } finally {
      events.unwatch(watcher);
    }
  }

  /** A reply that says nothing but the interface's version. */
  public static Answer failure(Errno errno, String reason) {
    return new Answer(errno.number(), emptyReply(), VERSION_SIZE, reason);
  }

  /** A reply for a request during which something was thrown that nobody expected. */
  public static Answer fault(Throwable thrown) {
    return thrown instanceof OutOfMemoryError
        ? failure(Errno.ENOMEM, "the engine has no memory for that: " + thrown.getMessage())
        : failure(Errno.EIO, "a fault of the engine, please report it with its log: " + thrown);
  }

  private static DmBuffer emptyReply() {
    DmBuffer reply = DmBuffer.allocate(DmBuffer.HEADER_SIZE);
    EngineWire.putInterfaceVersion(reply);
    return reply;
  }

  /** Answers a request whose header is sound so far. */
  private Answer answer(DmCommand command, DmBuffer buffer, ControlClient client) {
    int errno = 0;
    String reason = "";
    int size = VERSION_SIZE;
    int secret = 0;
    if (buffer.hasFlag(DmFlag.SECURE_DATA)) {
      secret = takesPayload(command) ? buffer.capacity() : DmBuffer.MIN_SIZE;
    }
    try {
      serve(command, buffer, client);
      countGlobally(command);
      size = Math.max(size, buffer.dataSize());
    } catch (Refusal e) {
      errno = e.errno();
      reason = e.getMessage();
    } catch (MalformedBufferException e) {
      errno = Errno.EINVAL.number();
      reason = e.getMessage();
    }
    if (secret > 0) {
      // What the client sent is wiped in its own buffer too; where the request failed, the version
      // with it.
      int kept = errno == 0 && size > VERSION_SIZE ? size : 0;
      for (int i = kept; i < buffer.capacity(); i++) {
        buffer.bytes().put(i, (byte) 0);
      }
      size = Math.max(kept, secret);
    }
    return new Answer(errno, buffer, size, reason);
  }

  /** Whether a request has anything behind its header. */
  private static boolean takesPayload(DmCommand command) {
    return switch (command) {
      case REMOVE_ALL, DEV_CREATE, DEV_REMOVE, DEV_SUSPEND, DEV_STATUS, TABLE_CLEAR, DEV_ARM_POLL ->
          false;
      default -> true;
    };
  }

  private void serve(DmCommand command, DmBuffer buffer, ControlClient client)
      throws Refusal, MalformedBufferException {
    buffer.flags(buffer.flags() & ~DmFlag.ONLY_IN_REPLIES);
    checkKeys(command, buffer);
    switch (command) {
      case VERSION -> throw new AssertionError(); // answered above
      case REMOVE_ALL -> lists.removeAll(buffer);
      case LIST_DEVICES -> lists.listDevices(buffer);
      case DEV_CREATE -> devices.create(buffer, client);
      case DEV_REMOVE -> devices.remove(buffer);
      case DEV_RENAME -> devices.rename(buffer);
      case DEV_SUSPEND -> devices.suspendOrResume(buffer, client);
      case DEV_STATUS -> devices.status(buffer);
      case DEV_WAIT -> tables.await(buffer, client);
      case TABLE_LOAD -> tables.load(buffer, client);
      case TABLE_CLEAR -> tables.clear(buffer);
      case TABLE_DEPS -> tables.deps(buffer);
      case TABLE_STATUS -> tables.status(buffer);
      case LIST_VERSIONS -> lists.listVersions(buffer);
      case TARGET_MSG -> tables.message(buffer);
      case DEV_SET_GEOMETRY -> devices.setGeometry(buffer);
      case DEV_ARM_POLL -> {
        client.arm(events.count());
        buffer.beginReply();
      }
      case GET_TARGET_VERSION -> lists.targetVersion(buffer);
    }
  }

  private static void checkVersion(DmBuffer buffer) throws Refusal {
    int major = buffer.versionMajor();
    int minor = buffer.versionMinor();
    int patch = buffer.versionPatch();
    EngineWire.putInterfaceVersion(buffer);
    if (major != EngineWire.INTERFACE_MAJOR
        || Integer.compareUnsigned(minor, EngineWire.INTERFACE_MINOR) > 0) {
      throw new Refusal(
          Errno.EINVAL,
          String.format(
              "ioctl interface mismatch: kernel(%d.%d.%d), user(%s.%s.%s)",
              EngineWire.INTERFACE_MAJOR,
              EngineWire.INTERFACE_MINOR,
              EngineWire.INTERFACE_PATCH,
              Integer.toUnsignedString(major),
              Integer.toUnsignedString(minor),
              Integer.toUnsignedString(patch)));
    }
  }

  private static void checkKeys(DmCommand command, DmBuffer buffer) throws Refusal {
    switch (command) {
      case REMOVE_ALL, LIST_DEVICES, LIST_VERSIONS -> {
        return;
      }
      case DEV_CREATE -> {
        if (buffer.name().isEmpty()) {
          throw new Refusal(Errno.EINVAL, "name not supplied when creating device");
        }
      }
      default -> {
        if (!buffer.name().isEmpty() && !buffer.uuid().isEmpty()) {
          throw new Refusal(
              Errno.EINVAL,
              "only supply one of name or uuid, cmd("
                  + command.number()
                  + "): found name "
                  + ByteText.unicode(buffer.name())
                  + " and uuid "
                  + ByteText.unicode(buffer.uuid()));
        }
      }
    }
    buffer.bytes().put(NAME_END, (byte) 0).put(UUID_END, (byte) 0);
  }
}
