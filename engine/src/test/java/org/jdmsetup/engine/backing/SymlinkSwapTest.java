package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.engine.block.DeviceIo;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody turns a symbolic link from one disk to another and back while a table is made of what it
 * leads to: the disk that is found is the one that is opened. Each disk is marked with a number of
 * its own through the link, and must never hold the other's.
 */
final class SymlinkSwapTest {
  private static final int ROUNDS = 1500;

  @TempDir Path directory;

  private final List<String> nodes = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  /** What is done when a path was looked up and what it led to is not open yet. */
  private Runnable meanwhile = () -> {};

  private final Backings backings =
      new Backings(
          new NoEngineDevices() {
            @Override
            public Backing byNumber(DeviceNumber number) {
              meanwhile.run();
              return null;
            }
          });

  @BeforeEach
  void twoDisks() throws Exception {
    BlockNodes.needed();
    Needs.tools("losetup");
    for (int i = 0; i < 2; i++) {
      Path file = Files.write(directory.resolve("disk" + i), new byte[1 << 16]);
      files.add(file);
      nodes.add(Programs.run("losetup", "--find", "--show", file.toString()).strip());
    }
    turn(0);
  }

  @AfterEach
  void detach() throws Exception {
    for (String node : nodes) {
      Programs.run("losetup", "--detach", node);
    }
  }

  private Path link() {
    return directory.resolve("link");
  }

  private void turn(int disk) {
    try {
      Path made = directory.resolve("made");
      Files.createSymbolicLink(made, Path.of(nodes.get(disk)));
      Files.move(made, link(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes what the link leads to and marks it; which of the disks it was. */
  private int mark() throws Exception {
    Backing disk = backings.open(DeviceRef.parse(link().toString()), true, "/");
    try {
      FileFacts first = FileFacts.of(nodes.get(0));
      int which = first.isBlockDevice(disk.number()) ? 0 : 1;
      DeviceIo io = new DeviceIo(disk, 1);
      io.buffer().bytes().put(0, (byte) (which + 1));
      assertEquals(0, io.run(Request.Op.WRITE, 0, 1, io.buffer().address(), true));
      return which;
    } finally {
      disk.release();
    }
  }

  private List<Integer> marks() throws IOException {
    List<Integer> marks = new ArrayList<>();
    for (Path file : files) {
      marks.add((int) Files.readAllBytes(file)[0]);
    }
    return marks;
  }

  @Test
  void betweenFindingAndOpening() throws Exception {
    meanwhile = () -> turn(1);
    assertEquals(0, mark());
    assertEquals(List.of(1, 0), marks());
  }

  @Test
  void allTheTime() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicInteger turns = new AtomicInteger();
    FutureTask<Void> turning =
        new FutureTask<>(
            () -> {
              while (!ended.get()) {
                turn(turns.incrementAndGet() % 2);
              }
              return null;
            });
    new Thread(turning, "turning").start();
    List<Integer> met = new ArrayList<>(List.of(0, 0));
    try {
      for (int i = 0; i < ROUNDS || met.contains(0); i++) {
        int which = mark();
        met.set(which, which + 1);
        assertEquals(met, marks(), "after " + i + " rounds");
      }
    } finally {
      ended.set(true);
      turning.get();
    }
    assertTrue(turns.get() > 0);
  }
}
