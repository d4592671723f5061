package org.jdmsetup.engine.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Disks and their users, recorded under load, and then every moment of the recording again as if
 * the power had been cut there: disks with what they may hold then, for the test to open anew and
 * compare with what the users were promised.
 *
 * <p>At each moment five kinds of states are made: nothing is there but what was flushed; all that
 * had completed; all that was submitted; any of these on each disk by itself; and any sectors of
 * what was not flushed. {@code -Dcrash.every=N} tries every Nth moment (default: as many as make a
 * short test), {@code -Dcrash.seed=N} makes other recordings.
 */
public final class PowerCuts {
  private static final int EVERY = Integer.getInteger("crash.every", 0);
  private static final long SEED = Long.getLong("crash.seed", 1);
  private static final int SHORT = 20;

  private final long pauses;
  private final AtomicInteger clock = new AtomicInteger();
  private final List<PowerCutDisk> disks = new ArrayList<>();
  private final List<DiskHistory> histories = new ArrayList<>();
  private final List<Thread> users = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  /** With users who never rest. */
  public PowerCuts() {
    this(0);
  }

  /**
   * @param pauses how long users rest at most between requests, in milliseconds, for what happens
   *     only with time
   */
  public PowerCuts(long pauses) {
    this.pauses = pauses;
  }

  /** What a test does with the disks after a power cut. */
  public interface Check {
    /**
     * @param moment of the power cut
     * @param disks new ones with what they hold then
     */
    void after(int moment, List<PowerCutDisk> disks) throws Exception;
  }

  /** Seed of this run. */
  public static long seed() {
    return SEED;
  }

  /** The number of a disk, in the order in which they are made. */
  public static DeviceNumber number(int disk) {
    return new DeviceNumber(8, 16 * disk);
  }

  /** A disk that is recorded. */
  public PowerCutDisk disk(byte[] before) {
    PowerCutDisk disk = new PowerCutDisk(number(disks.size()), before, clock);
    disk.serveOutOfOrder(SEED + disks.size());
    disks.add(disk);
    histories.add(disk.history());
    return disk;
  }

  /** The disks that are recorded. */
  public List<PowerCutDisk> disks() {
    return List.copyOf(disks);
  }

  /**
   * A device whose users are recorded.
   *
   * @param before what they see at first
   */
  public DiskHistory users(byte[] before) {
    DiskHistory history = new DiskHistory(clock, before);
    histories.add(history);
    return history;
  }

  /**
   * Starts a thread that writes to a device: up to 16 sectors at a time, most of them in the same
   * few places, now and then with FUA, and flushes now and then.
   *
   * @param history of the device
   */
  public void use(BlockDevice device, DiskHistory history, int requests) {
    long seed = SEED * 1000 + users.size();
    Thread user =
        new Thread(
            () -> {
              try {
                load(device, history, requests, seed);
              } catch (Throwable e) {
                synchronized (failures) {
                  failures.add(e);
                }
              }
            },
            "user " + users.size());
    users.add(user);
    user.start();
  }

  private void load(BlockDevice device, DiskHistory history, int requests, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    DeviceIo io = new DeviceIo(device, 16);
    for (int i = 1; i <= requests; i++) {
      if (pauses > 0 && random.nextInt(4) == 0) {
        Thread.sleep(random.nextLong(pauses));
      }
      if (random.nextInt(6) == 0) {
        run(io, history, Request.Op.FLUSH, 0, 0, false);
        continue;
      }
      int sectors = 1 + random.nextInt(random.nextBoolean() ? 16 : 4);
      int size = (int) device.sizeSectors();
      int range = random.nextInt(3) == 0 ? size : Math.min(size, 64);
      int sector = random.nextInt(range - sectors + 1);
      DeviceIo.fill(io.buffer(), sector, sectors, (int) (seed * 10_000 + i));
      run(io, history, Request.Op.WRITE, sector, sectors, random.nextInt(8) == 0);
    }
  }

  private static void run(
      DeviceIo io, DiskHistory history, Request.Op op, int sector, int sectors, boolean fua) {
    byte[] data = new byte[sectors * Sectors.SIZE];
    io.buffer().bytes().get(0, data);
    DiskHistory.Entry entry = history.begin(op, sector, data, fua);
    int errno = io.run(op, sector, sectors, io.buffer().address(), fua);
    history.end(entry, errno);
    if (errno != 0) {
      throw new AssertionError(op + " " + sector + "+" + sectors + " failed with " + errno);
    }
  }

  /** Waits for the users to end. */
  public void await() throws InterruptedException {
    for (Thread user : users) {
      user.join();
    }
    synchronized (failures) {
      if (!failures.isEmpty()) {
        throw new AssertionError(failures.get(0));
      }
    }
  }

  /** Ends the recording. */
  public void cut() {
    disks.forEach(PowerCutDisk::unplug);
    histories.forEach(DiskHistory::seal);
  }

  /**
   * Tries the states.
   *
   * @return how many
   */
  public int check(Check check) throws Exception {
    return check(EVERY > 0 ? EVERY : Math.max(1, clock.get() / SHORT), check);
  }

  /**
   * Tries the states of some moments.
   *
   * @param every 1 for all moments
   * @return how many
   */
  public int check(int every, Check check) throws Exception {
    int moments = clock.get();
    int states = 0;
    for (int moment = (int) (SEED % every); moment <= moments; moment += every) {
      Random random = new Random(SEED * 31 + moment);
      for (int kind = 0; kind < 5; kind++) {
        List<PowerCutDisk> after = new ArrayList<>();
        for (PowerCutDisk disk : disks) {
          DiskHistory.Fate fate =
              switch (kind) {
                case 0 -> DiskHistory.Fate.LOST;
                case 1 -> DiskHistory.Fate.COMPLETED;
                case 2 -> DiskHistory.Fate.SUBMITTED;
                case 3 -> DiskHistory.Fate.values()[random.nextInt(4)];
                default -> DiskHistory.Fate.TORN;
              };
          byte[] image = disk.history().after(moment, fate, random);
          after.add(new PowerCutDisk(disk.number(), image, new AtomicInteger()));
        }
        try {
          check.after(moment, after);
        } catch (AssertionError e) {
          throw new AssertionError(
              "power cut at "
                  + moment
                  + " of "
                  + moments
                  + ", state "
                  + kind
                  + ": "
                  + e.getMessage(),
              e);
        }
        states++;
      }
    }
    if (EVERY > 0) {
      System.out.println(states + " states of " + (moments + 1) + " moments");
    }
    return states;
  }

  /** Fails unless a device holds what its users may find after a power cut. */
  public static void compare(DiskHistory promised, int moment, byte[] found) {
    for (int sector = 0; sector < found.length / Sectors.SIZE; sector++) {
      if (!promised.allows(moment, sector, found, sector * Sectors.SIZE)) {
        throw new AssertionError(
            "found "
                + DiskHistory.start(found, sector * Sectors.SIZE)
                + ", which is not what it may hold: "
                + promised.story(sector));
      }
    }
  }

  /** All that is on a device. */
  public static byte[] read(BlockDevice device) {
    int sectors = (int) device.sizeSectors();
    DeviceIo io = new DeviceIo(device, sectors);
    int errno = io.read(0, sectors);
    if (errno != 0) {
      throw new AssertionError("reading failed with " + errno);
    }
    byte[] bytes = new byte[sectors * Sectors.SIZE];
    io.buffer().bytes().get(0, bytes);
    return bytes;
  }

  /** Bytes for a disk to hold at first, each sector with its own. */
  public static byte[] filled(int sectors, int seed) {
    DeviceIo io = new DeviceIo(null, sectors);
    DeviceIo.fill(io.buffer(), 0, sectors, seed);
    byte[] bytes = new byte[sectors * Sectors.SIZE];
    io.buffer().bytes().get(0, bytes);
    return bytes;
  }
}
