package org.jdmsetup.engine.nativeio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jdmsetup.ioctl.system.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeIoTest {

  @TempDir Path directory;

  @Test
  void writesAndReadsThroughAnAlignedBuffer() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[8192]);
    AlignedBuffer buffer = new AlignedBuffer(4096);
    assertEquals(0, buffer.address() % AlignedBuffer.ALIGNMENT);
    buffer.bytes().putLong(8, 0x1122334455667788L);

    int fd = NativeIo.C.open(file.toString(), Linux.O_RDWR | Linux.O_CLOEXEC, 0);
    try {
      assertEquals(4096, NativeIo.C.pwrite(fd, buffer.address(), 4096, 4096));
      NativeIo.C.memset(buffer.address(), 0, 4096);
      assertEquals(4096, NativeIo.C.pread(fd, buffer.address(), 4096, 4096));
      assertEquals(0x1122334455667788L, buffer.bytes().getLong(8));
      FileFacts facts = FileFacts.of(fd);
      assertTrue(facts.isRegularFile());
      assertEquals(8192, facts.size());
    } finally {
      NativeIo.C.close(fd);
    }
  }

  @Test
  void tellsWhyACallFailed() {
    int fd = NativeIo.C.open(directory.resolve("absent").toString(), Linux.O_RDONLY, 0);
    assertEquals(-1, fd);
    assertEquals(2, NativeIo.errno());
  }
}
