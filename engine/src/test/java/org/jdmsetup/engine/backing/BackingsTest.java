package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.jdmsetup.engine.block.BlockingIo;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackingsTest {
  private static final int SECTORS = 256;

  @TempDir Path directory;

  /** What somebody does after a path was looked up and before what it led to is opened. */
  private Runnable meanwhile = () -> {};

  private final Backings backings =
      new Backings(
          new NoEngineDevices() {
            @Override
            public Backing byNumber(DeviceNumber number) {
              meanwhile.run();
              return null;
            }

            @Override
            public boolean isOwnFile(String path, FileFacts facts) {
              meanwhile.run();
              return path.endsWith("/control.sock.file");
            }
          });

  private Backing take(String word, boolean writable) throws Exception {
    return backings.open(DeviceRef.parse(word), writable, directory.toRealPath().toString());
  }

  private Path file(Path where, String name) throws IOException {
    Path file = where.resolve(name);
    Files.write(file, new byte[SECTORS * 512]);
    return file;
  }

  private void exchange(String one, String other) {
    try {
      Path aside = directory.resolve("aside");
      Files.move(directory.resolve(one), aside, StandardCopyOption.ATOMIC_MOVE);
      Files.move(directory.resolve(other), directory.resolve(one), StandardCopyOption.ATOMIC_MOVE);
      Files.move(aside, directory.resolve(other), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void mark(Backing disk, int mark) throws Exception {
    DeviceIo io = new DeviceIo(disk, 1);
    io.buffer().bytes().put(0, (byte) mark);
    assertEquals(0, io.run(Request.Op.WRITE, 0, 1, io.buffer().address(), true));
  }

  private int mark(String path) throws IOException {
    return Files.readAllBytes(directory.resolve(path))[0];
  }

  @Test
  void whatWasFoundIsOpenedWhateverIsPutInItsPlaceMeanwhile() throws Exception {
    file(Files.createDirectory(directory.resolve("mine")), "disk");
    file(Files.createDirectory(directory.resolve("theirs")), "disk");
    meanwhile = () -> exchange("mine", "theirs");
    Backing disk = take("mine/disk", true);
    mark(disk, 1);
    assertEquals(1, mark("theirs/disk"), "the file that was mine when it was found");
    assertEquals(0, mark("mine/disk"));
    disk.release();
  }

  @Test
  void whatIsOpenIsOpenedForWritingItselfWhateverIsPutInItsPlaceMeanwhile() throws Exception {
    Path mine = file(directory, "mine");
    file(directory, "theirs");
    Files.createLink(directory.resolve("hard"), mine);
    Backing reading = take("mine", false);
    meanwhile = () -> exchange("hard", "theirs");
    Backing writing = take("hard", true);
    assertSame(reading, writing);
    mark(writing, 1);
    assertEquals(1, mark("mine"));
    assertEquals(0, mark("hard"), "theirs, by now");
    writing.release();
    reading.release();
  }

  /** {@code bio_check_eod} in the kernel; a write behind a disk's end is no lack of space. */
  @Test
  void whatIsBehindTheEndIsAnIoErrorAndMakesNoFileGrow() throws Exception {
    Path file = file(directory, "disk.img");
    Backing disk = take("disk.img", true);
    BlockingIo io = new BlockingIo(disk);
    assertEquals(Outcome.EIO, io.writeZeroes(SECTORS - 8, 9));
    assertEquals(Outcome.DONE, io.writeZeroes(SECTORS - 8, 8));
    assertEquals(Outcome.EIO, io.discard(Long.MAX_VALUE, 1));
    DeviceIo requests = new DeviceIo(disk, 8);
    assertEquals(Errno.EIO.number(), requests.write(SECTORS - 4, 8, 1));
    assertEquals(Errno.EIO.number(), requests.read(SECTORS - 4, 8));
    assertEquals(Errno.EIO.number(), requests.run(Request.Op.WRITE_ZEROES, SECTORS, 8));
    assertEquals(Errno.EIO.number(), requests.run(Request.Op.DISCARD, SECTORS, 8));
    assertEquals(0, requests.write(SECTORS - 8, 8, 1));
    assertEquals(SECTORS * 512, Files.size(file));
    try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
      longer.setLength((SECTORS + 8) * 512);
    }
    assertEquals(0, requests.write(SECTORS, 8, 1), "it has grown");
    disk.release();
  }

  @Test
  void aFileThatIsOnlyReadCouldDiscardAllTheSame() throws Exception {
    file(directory, "disk.img");
    Backing writable = take("disk.img", true);
    boolean discards = writable.supportsDiscard();
    writable.release();
    Backing disk = take("disk.img", false);
    assertEquals(discards, disk.limits().canDiscard());
    int errno = new DeviceIo(disk, 8).run(Request.Op.DISCARD, 0, 8);
    assertEquals(Errno.EOPNOTSUPP.number(), errno, "not through this table");
    disk.release();
  }

  @Test
  void oneFileIsOpenOnceByWhateverNameATableCallsIt() throws Exception {
    file(directory, "disk.img");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("disk.img"));
    Backing byName = take("disk.img", true);
    Backing byLink = take("link", true);
    assertSame(byName, byLink);
    assertEquals(directory.toRealPath().resolve("disk.img").toString(), byLink.tableWord());
    byName.release();
    assertEquals(0, new DeviceIo(byLink, 1).write(0, 1, 1), "still open for the other table");
    byLink.release();
    Backing again = take("disk.img", true);
    assertNotSame(byName, again);
    again.release();
  }

  @Test
  void aFileOpenForReadingIsOpenedForWritingWhenATableWantsThat() throws Exception {
    file(directory, "disk.img");
    Backing reading = take("disk.img", false);
    assertTrue(reading.readOnly());
    Backing writing = take("disk.img", true);
    assertSame(reading, writing);
    assertFalse(writing.readOnly());
    assertEquals(0, new DeviceIo(writing, 1).write(3, 1, 1));
    reading.release();
    writing.release();
  }

  @Test
  void anyRangeOfSectorsWorksOnThisFileSystem() throws Exception {
    verifyRandomRanges(directory);
  }

  @Test
  void anyRangeOfSectorsWorksInMemory() throws Exception {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory));
    Path own = Files.createTempDirectory(memory, "jdmsetup");
    try {
      verifyRandomRanges(own);
    } finally {
      Files.delete(own.resolve("disk.img"));
      Files.delete(own);
    }
  }

  private void verifyRandomRanges(Path where) throws Exception {
    Path file = file(where, "disk.img");
    Backing disk = take(file.toString(), true);
    Random random = new Random(1);
    int[] seeds = new int[SECTORS];
    DeviceIo io = new DeviceIo(disk, 64);
    for (int round = 1; round <= 500; round++) {
      int sector = random.nextInt(SECTORS);
      int sectors = 1 + random.nextInt(Math.min(63, SECTORS - sector));
      if (random.nextBoolean()) {
        assertEquals(0, io.write(sector, sectors, round));
        Arrays.fill(seeds, sector, sector + sectors, round);
      } else {
        assertEquals(0, io.read(sector, sectors));
        for (int i = 0; i < sectors; i++) {
          assertTrue(io.holdsAt(i, sector + i, seeds[sector + i]), "sector " + (sector + i));
        }
      }
    }
    assertEquals(0, io.run(Request.Op.FLUSH, 0, 0));
    disk.release();
  }

  @Test
  void misalignedMemoryIsReadAndWrittenAsItIs() throws Exception {
    Backing disk = take(file(directory, "disk.img").toString(), true);
    DeviceIo io = new DeviceIo(disk, 3);
    for (int i = 0; i < 512; i++) {
      io.buffer().bytes().put(7 + i, (byte) i);
    }
    assertEquals(0, io.run(Request.Op.WRITE, 9, 1, io.buffer().address() + 7, true));
    byte[] bytes = Files.readAllBytes(directory.resolve("disk.img"));
    for (int i = 0; i < 512; i++) {
      assertEquals((byte) i, bytes[9 * 512 + i]);
    }
    assertEquals(0, io.run(Request.Op.READ, 9, 1, io.buffer().address() + 513, false));
    for (int i = 0; i < 512; i++) {
      assertEquals((byte) i, io.buffer().bytes().get(513 + i));
    }
    disk.release();
  }

  @Test
  void aFileThatWasCutShortAnswersWithAnError() throws Exception {
    Path file = file(directory, "disk.img");
    Backing disk = take(file.toString(), true);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(100 * 512);
    }
    DeviceIo io = new DeviceIo(disk, 16);
    assertEquals(0, io.read(90, 10));
    assertEquals(Errno.EIO.number(), io.read(95, 10));
    assertEquals(Errno.EIO.number(), io.read(200, 1));
    assertEquals(100, disk.sizeSectors());
    disk.release();
  }

  @Test
  void discardedAndZeroedRangesReadAsZeroesAndNothingElseChanges() throws Exception {
    Backing disk = take(file(directory, "disk.img").toString(), true);
    DeviceIo io = new DeviceIo(disk, 64);
    for (int sector = 0; sector < SECTORS; sector += 64) {
      assertEquals(0, io.write(sector, 64, 5));
    }
    assertEquals(0, io.run(Request.Op.WRITE_ZEROES, 10, 3));
    assertEquals(disk.supportsDiscard() ? 0 : 95, io.run(Request.Op.DISCARD, 20, 5));
    io.read(9, 5);
    assertFalse(io.holds(10, 3, 5));
    assertEquals(0, io.read(10, 3));
    assertTrue(io.holdsZeroes(3));
    assertEquals(0, io.read(9, 1));
    assertTrue(io.holds(9, 1, 5));
    assertEquals(0, io.read(13, 7));
    assertTrue(io.holds(13, 7, 5));
    assertEquals(0, io.read(25, 1));
    assertTrue(io.holds(25, 1, 5));
    disk.release();
  }

  @Test
  void whatWaitsInTheCacheKeepsNobodyFromDiscardingOrZeroing() throws Exception {
    BlockNodes.needed();
    Needs.tools("losetup");
    String file = file(directory, "disk.img").toString();
    String node = Programs.run("losetup", "--find", "--show", file).strip();
    try {
      Backing disk = take(node, true);
      DeviceIo io = new DeviceIo(disk, 64);
      for (Request.Op op : new Request.Op[] {Request.Op.DISCARD, Request.Op.WRITE_ZEROES}) {
        try (FileChannel other = FileChannel.open(Path.of(node), StandardOpenOption.WRITE)) {
          byte[] fives = new byte[64 * 512];
          Arrays.fill(fives, (byte) 5);
          other.write(ByteBuffer.wrap(fives), 0);
          assertEquals(0, io.run(op, 0, 64), op.toString());
        }
        assertEquals(0, io.read(0, 64));
        assertTrue(io.holdsZeroes(64), op.toString());
      }
      disk.release();
    } finally {
      Programs.run("losetup", "--detach", node);
    }
  }

  @Test
  void whatIsNoDiskIsRefusedWithTheKernelsErrorAndAReason() throws Exception {
    Files.createDirectory(directory.resolve("dir"));
    file(directory, "control.sock.file");
    assertRefused("missing", Errno.ENODEV, "No such file or directory");
    assertRefused("dir", Errno.ENODEV, "neither a block device nor a regular file");
    assertRefused("/dev/null", Errno.ENODEV, "neither a block device nor a regular file");
    assertRefused("4000:77", Errno.ENXIO, "no block device with this number");
    assertRefused("control.sock.file", Errno.EINVAL, "a file of the engine itself");
  }

  private void assertRefused(String word, Errno errno, String reason) {
    DeviceOpenException e = assertThrows(DeviceOpenException.class, () -> take(word, true));
    assertEquals(errno.number(), e.errno(), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
