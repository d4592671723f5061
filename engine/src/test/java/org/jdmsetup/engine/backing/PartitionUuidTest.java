package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartitionUuidTest {
  @TempDir Path directory;

  private final ByteBuffer disk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  private String read(int index, int block) throws Exception {
    Path file = Files.write(directory.resolve("disk"), disk.array());
    int descriptor = NativeIo.C.open(file.toString(), Linux.O_RDONLY, 0);
    try {
      return PartitionUuid.read(descriptor, index, block);
    } finally {
      NativeIo.C.close(descriptor);
    }
  }

  @Test
  void aDosTableHasANumberForItsDisk() throws Exception {
    disk.putShort(510, (short) 0xaa55);
    assertEquals("", read(1, 512));
    disk.putInt(440, 0x12345678);
    assertEquals("12345678-01", read(1, 512));
    assertEquals("12345678-0a", read(10, 512));
  }

  @Test
  void aGptHasOneForEachPartition() throws Exception {
    for (int block : new int[] {512, 4096}) {
      disk.clear();
      disk.put(block, "EFI PART".getBytes(StandardCharsets.US_ASCII));
      disk.putLong(block + 72, 2).putInt(block + 80, 128).putInt(block + 84, 128);
      int second = 2 * block + 128;
      // 28732ac1-1ff8-d211-ba4b-00a0c93ec93b is how C12A7328-F81F-11D2-BA4B-00A0C93EC93B lies there
      byte[] guid = {
        0x28,
        0x73,
        0x2a,
        (byte) 0xc1,
        0x1f,
        (byte) 0xf8,
        (byte) 0xd2,
        0x11,
        (byte) 0xba,
        0x4b,
        0,
        (byte) 0xa0,
        (byte) 0xc9,
        0x3e,
        (byte) 0xc9,
        0x3b
      };
      disk.put(second + 16, guid);
      assertEquals("c12a7328-f81f-11d2-ba4b-00a0c93ec93b", read(2, block));
      assertEquals("", read(129, block));
    }
  }

  @Test
  void aDiskWithoutATableHasNone() throws Exception {
    assertEquals("", read(1, 512));
  }
}
