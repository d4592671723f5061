package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.driver.IdleEngine;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a daemon commands are told what a daemon without devices would tell them. */
final class IdleEngineTest {
  @TempDir Path directory;

  private interface Key {
    void putInto(DmBuffer buffer);
  }

  @Test
  void answersAsAnEngineWithoutDevices() throws Exception {
    List<Key> keys =
        List.of(
            buffer -> buffer.name("vol"),
            buffer -> buffer.uuid("a uuid"),
            buffer -> buffer.dev(new DeviceNumber(7, 3).encoded()));
    int[] flags = {0, DmFlag.UUID, DmFlag.STATUS_TABLE | DmFlag.BUFFER_FULL | DmFlag.NOFLUSH};
    IdleEngine empty = IdleEngine.ifIdle(RunDirectory.of(Map.of("JDMSETUP_RUN_DIR", "/none"), 0));
    assertNotNull(empty);
    try (EngineFixture fixture = new EngineFixture(directory)) {
      for (DmCommand command :
          List.of(
              DmCommand.VERSION,
              DmCommand.LIST_DEVICES,
              DmCommand.REMOVE_ALL,
              DmCommand.DEV_STATUS,
              DmCommand.DEV_WAIT,
              DmCommand.TABLE_STATUS,
              DmCommand.TABLE_DEPS)) {
        for (Key key : keys) {
          for (int flag : flags) {
            DmBuffer sent = request(key, flag);
            ControlProtocol.Answer answer =
                fixture.protocol.answer(
                    command.number(), request(key, flag).bytes(), fixture.caller);
            for (int i = 0; i < answer.size(); i++) {
              sent.bytes().put(i, answer.buffer().bytes().get(i)); // as a client does
            }
            DmBuffer here = request(key, flag);
            assertEquals(answer.errno(), empty.call(command, here.bytes()), command.name());
            assertEquals(answer.reason(), ByteText.unicode(empty.reason()), command.name());
            assertArrayEquals(bytes(sent), bytes(here), command.name());
          }
        }
      }
    }
  }

  private static DmBuffer request(Key key, int flags) {
    DmBuffer buffer = DmBuffer.allocate(1024);
    buffer.version(4, 0, 0);
    buffer.flags(flags);
    key.putInto(buffer);
    return buffer;
  }

  private static byte[] bytes(DmBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.bytes().duplicate().position(0).get(bytes);
    return bytes;
  }

  @Test
  void thereMayBeSomethingWhereADaemonIsOrWasKilledOrLeftDevices() throws Exception {
    RunDirectory run = RunDirectory.at(directory.resolve("run"));
    assertNotNull(IdleEngine.ifIdle(run));
    run.create();
    Files.createFile(run.log());
    Files.createDirectory(run.journal());
    assertNotNull(IdleEngine.ifIdle(run));
    for (Path sign : List.of(run.lock(), run.controlSocket(), run.journal().resolve("vol"))) {
      Files.createFile(sign);
      assertNull(IdleEngine.ifIdle(run), sign.toString());
      Files.delete(sign);
    }
    Files.setPosixFilePermissions(run.path(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertNull(IdleEngine.ifIdle(run), "others may write there");
  }
}
