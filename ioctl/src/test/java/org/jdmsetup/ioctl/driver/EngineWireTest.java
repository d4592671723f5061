package org.jdmsetup.ioctl.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.junit.jupiter.api.Test;

/** Requests as they come over the engine's socket. */
final class EngineWireTest {
  private static final int MIB = 1 << 20;

  private static ReadableByteChannel channel(int announced, int sent) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + sent).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(7).putInt(announced);
    for (int i = 0; i < sent; i++) {
      bytes.put((byte) (i * 31 >> 3));
    }
    return Channels.newChannel(new ByteArrayInputStream(bytes.array()));
  }

  @Test
  void aLongRequestComesWhole() throws Exception {
    for (int size : new int[] {DmBuffer.MIN_SIZE, 65536, 65537, 300_000, MIB}) {
      EngineWire.Request request = EngineWire.readRequest(channel(size, size));
      assertEquals(7, request.command());
      assertEquals(size, request.bytes().remaining());
      for (int i = 0; i < size; i++) {
        assertEquals((byte) (i * 31 >> 3), request.bytes().get(i));
      }
    }
  }

  @Test
  void whoAnnouncesMuchAndSendsLittleTakesLittleMemory() {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    long before = direct.getMemoryUsed();
    assertThrows(
        EOFException.class, () -> EngineWire.readRequest(channel(DmBuffer.MAX_SIZE, 100_000)));
    assertTrue(direct.getMemoryUsed() - before < MIB);
  }
}
