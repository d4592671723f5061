package org.jdmsetup.ioctl.udev;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;

/** The kernel's semaphores, in the IPC namespace of this process. */
final class SystemSemaphores implements Semaphores {
  private static final Path LIST = Path.of("/proc/sysvipc/sem");
  private static final int MODE = 0600;

  /**
   * Room for the {@code struct seminfo} that the call fills in; only whether it succeeds counts.
   */
  private static final int INFO_SIZE = 64;

  /** {@code struct sembuf}: the number (0), the operation and the flags, 16 bits each. */
  private static final int SEMBUF_SIZE = 6;

  private static final int SEMBUF_OPERATION = 2;
  private static final int SEMBUF_FLAGS = 4;

  /** Columns of {@link #LIST}. */
  private static final int KEY = 0;

  private static final int ID = 1;
  private static final int LAST_OPERATION = 8;
  private static final int LAST_CHANGE = 9;
  private static final int COLUMNS = 10;

  @Override
  public boolean supported() {
    ByteBuffer info = ByteBuffer.allocateDirect(INFO_SIZE);
    return LibC.get().semctl(0, 0, Linux.SEM_INFO, LibC.address(info)) >= 0;
  }

  @Override
  public int create(int key) {
    return checked(LibC.get().semget(key, 1, Linux.IPC_CREAT | Linux.IPC_EXCL | MODE));
  }

  @Override
  public int find(int key) {
    return checked(LibC.get().semget(key, 1, 0));
  }

  @Override
  public int set(int id, int value) {
    return checked(LibC.get().semctl(id, 0, Linux.SEM_SETVAL, value));
  }

  @Override
  public int value(int id) {
    return checked(LibC.get().semctl(id, 0, Linux.SEM_GETVAL, 0));
  }

  @Override
  public int add(int id, int difference) {
    // to subtract would wait while the value is too small
    return operate(id, difference, difference < 0 ? Linux.IPC_NOWAIT : 0);
  }

  @Override
  public int awaitZero(int id) {
    return operate(id, 0, 0);
  }

  private static int operate(int id, int operation, int flags) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SEMBUF_SIZE).order(ByteOrder.nativeOrder());
    buffer.putShort(SEMBUF_OPERATION, (short) operation).putShort(SEMBUF_FLAGS, (short) flags);
    return checked(LibC.get().semop(id, LibC.address(buffer), 1));
  }

  @Override
  public int remove(int id) {
    return checked(LibC.get().semctl(id, 0, Linux.IPC_RMID, 0));
  }

  /** The result of a call, or the negative error number. */
  private static int checked(int result) {
    return result < 0 ? -LibC.errno() : result;
  }

  /** From /proc, whose text is the same on every architecture, unlike {@code struct semid_ds}. */
  @Override
  public List<Found> all() {
    List<Found> found = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(LIST, StandardCharsets.US_ASCII)) {
        String[] columns = line.trim().split(" +");
        if (columns.length >= COLUMNS && !columns[KEY].equals("key")) {
          found.add(
              new Found(
                  Integer.parseInt(columns[KEY]),
                  Integer.parseInt(columns[ID]),
                  Long.parseLong(columns[LAST_OPERATION]),
                  Long.parseLong(columns[LAST_CHANGE])));
        }
      }
    } catch (IOException e) {
      return List.of(); // there is no such file without semaphores, or where /proc is hidden
    }
    return found;
  }
}
