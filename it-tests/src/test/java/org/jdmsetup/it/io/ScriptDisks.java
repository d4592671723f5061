package org.jdmsetup.it.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jdmsetup.tables.Sectors;

/** The disks that a script begins with, and what they hold in the end. */
final class ScriptDisks {
  private final IoWorld world;

  ScriptDisks(IoWorld world) {
    this.world = world;
  }

  private IoWorld.WorldDisk disk(char letter) {
    return world.disks().get(IoScript.LETTERS.indexOf(letter));
  }

  /** Gives a disk the content that the script wants it to begin with. */
  void fill(IoScript.Disk disk) throws IOException {
    int sectors = IoScript.sectorsOf(disk.letter());
    ByteBuffer content = ByteBuffer.allocate(sectors * Sectors.SIZE);
    if (disk.fill() == IoScript.Fill.STAMPED) {
      Stamp.write(content, 0, Stamp.ofDisk(disk.letter()), 0, sectors);
    }
    try (FileChannel file =
        FileChannel.open(disk(disk.letter()).file(), StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        file.write(content, content.position());
      }
    }
  }

  /** What all of a disk holds. */
  String contents(IoScript.Disk disk) throws IOException {
    int sectors = IoScript.sectorsOf(disk.letter());
    ByteBuffer content = ByteBuffer.allocate(sectors * Sectors.SIZE);
    try (FileChannel file = FileChannel.open(disk(disk.letter()).file())) {
      while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
        // until all of it is there
      }
    }
    Stamp.Reading reading = new Stamp.Reading();
    reading.add(content, 0, sectors);
    return reading.toString();
  }
}
