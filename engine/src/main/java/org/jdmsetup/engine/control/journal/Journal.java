package org.jdmsetup.engine.control.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jdmsetup.tables.ByteText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a restarted daemon brings back: one file a device in the directory {@code journal}, mode
 * 0600 because tables can hold keys.
 *
 * <p>Format: the text of {@link DeviceRecord}, then a line {@code end HHHHHHHH} with the CRC-32C of
 * all before it in hexadecimal.
 *
 * <p>Order: a file is written under another name, synced, renamed over the old one, and the
 * directory synced (syncing only where the file system has something to sync to). A new table is
 * journalled before the device serves the first request with it, so that no block that was flushed
 * can lie where the journal does not lead; everything else is journalled before its request is
 * answered. A device's file goes after the device has been taken from its users.
 *
 * <p>Safe to use from any thread; two writes of one device are the caller's to order.
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String SUFFIX = ".device";
  private static final String TEMPORARY = ".new";
  private static final String SET_ASIDE = ".unreadable";
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path directory;
  private final boolean durable;
  private long lastId;

  /**
   * A device's file and what it holds.
   *
   * @param file name within the directory
   */
  public record Entry(String file, DeviceRecord record) {}

  /**
   * @param directory made if it is not there
   */
  public Journal(Path directory) throws IOException {
    this.directory = directory;
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    durable = !isInMemory(directory);
  }

  private static boolean isInMemory(Path directory) {
    try {
      return Files.getFileStore(directory).type().equals("tmpfs");
    } catch (IOException e) {
      return false; // in a chroot the mount that holds the directory may not be listed
    }
  }

  /**
   * A name for the file of a new device, that no device ever had, not even one that was removed:
   * journalled tables refer to devices by these names. They sort in the order in which they were
   * given.
   */
  public synchronized String newFile() {
    String name;
    do {
      lastId = Math.max(lastId + 1, System.currentTimeMillis());
      name = String.format("%015d%s", lastId, SUFFIX);
    } while (Files.exists(directory.resolve(name)));
    return name;
  }

  /** Replaces or makes a device's file. */
  public void write(String file, DeviceRecord record) throws IOException {
    byte[] text = ByteText.bytes(record.text());
    CRC32C crc = new CRC32C();
    crc.update(text);
    byte[] end = ByteText.bytes(String.format("end %08x\n", crc.getValue()));
    Path temporary = directory.resolve(file + TEMPORARY);
    Files.deleteIfExists(temporary);
    try {
      Files.createFile(temporary, OWNER_ONLY);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writeAll(channel, text);
        writeAll(channel, end);
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(temporary, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    syncDirectory();
  }

  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void syncDirectory() throws IOException {
    if (durable) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Whether files can be made here and removed, as far as can be told before. */
  public boolean canChange() {
    return Files.isWritable(directory) || !Files.exists(directory);
  }

  public Path directory() {
    return directory;
  }

  /** Takes a device's file away. */
  public void delete(String file) throws IOException {
    if (Files.deleteIfExists(directory.resolve(file))) {
      syncDirectory();
    }
  }

  /**
   * Reads everything, in the order in which the devices were made. What cannot be read is renamed,
   * so that it is out of the way but not lost, and told of in the log.
   *
   * @param problems gets a sentence for each file that was set aside
   */
  public List<Entry> read(List<String> problems) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.endsWith(TEMPORARY)) {
        Files.deleteIfExists(file); // its rename never happened: the old state holds
      } else if (name.endsWith(SUFFIX)) {
        try {
          entries.add(new Entry(name, parse(Files.readAllBytes(file))));
        } catch (IllegalArgumentException e) {
          Path aside = file.resolveSibling(name + SET_ASIDE);
          Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
          String problem =
              "journal file " + file + " is damaged (" + e.getMessage() + "), kept as " + aside;
          LOG.error("{}; its device does not come back", problem);
          problems.add(problem);
        }
      }
    }
    return entries;
  }

  /** Where the nodes of its devices are, as far as its files can be read. Nothing is changed. */
  public List<DeviceNode> nodes() throws IOException {
    List<DeviceNode> nodes = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          DeviceRecord record = parse(Files.readAllBytes(file));
          nodes.add(
              new DeviceNode(
                  record.nodeDirectory(), record.name(), record.number(), record.active() != null));
        } catch (IllegalArgumentException e) {
          LOG.info("{} tells of no node: {}", file, e.getMessage()); // it is dealt with when read
        }
      }
    }
    return nodes;
  }

  private static DeviceRecord parse(byte[] bytes) {
    String text = ByteText.of(bytes);
    int end = text.lastIndexOf("end ");
    if (end < 0 || end > 0 && text.charAt(end - 1) != '\n') {
      throw new IllegalArgumentException("no line 'end' within its " + bytes.length + " bytes");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, end);
    String expected = String.format("end %08x", crc.getValue());
    String found = text.substring(end).stripTrailing();
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "its last line is '" + found + "', expected '" + expected + "'");
    }
    return DeviceRecord.parse(text.substring(0, end));
  }

  /** Takes the directory away if nothing is left in it. */
  public void close() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      if (left.findAny().isPresent()) {
        return;
      }
    } catch (NoSuchFileException gone) {
      return;
    }
    Files.deleteIfExists(directory);
  }
}
