package org.jdmsetup.ioctl.session;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.ListedDevice;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What can be found out after a request has failed, to help whoever asked: who keeps a device busy,
 * which name was meant, who has the name already. Says only what it has seen. Asks the driver with
 * requests of its own, whose failures are of no interest.
 */
public final class Hints {
  private static final int MOST_NAMES = 3;
  private static final Pattern TOO_SMALL =
      Pattern.compile("too small for target: start=(\\d+), len=(\\d+), dev_size=(\\d+)");
  private static final Pattern UNALIGNED =
      Pattern.compile("not aligned to h/w logical block size (\\d{3,9})");
  private static final BigInteger SECTOR = BigInteger.valueOf(Sectors.SIZE);

  private final DeviceMapper session;
  private final DmTask task;

  Hints(DeviceMapper session, DmTask task) {
    this.session = session;
    this.task = task;
  }

  /**
   * @param known the reasons that have been found already
   */
  List<String> of(int errno, List<String> known) {
    boolean nothingKnown = known.isEmpty();
    if (errno == Errno.EBUSY.number() && task.type == TaskType.REMOVE) {
      return users(nothingKnown);
    }
    if (errno == Errno.ENXIO.number() && task.type != TaskType.CREATE && !task.name.isEmpty()) {
      return similarNames();
    }
    if (errno == Errno.EINVAL.number() && task.type == TaskType.RELOAD) {
      return known.stream().flatMap(line -> inPlainWords(line).stream()).toList();
    }
    if (!nothingKnown) {
      return List.of();
    }
    if (errno == Errno.EBUSY.number()
        && (task.type == TaskType.CREATE || task.type == TaskType.RENAME)) {
      return taken();
    }
    if (errno == Errno.EACCES.number() && task.type == TaskType.VERSION) {
      return List.of("Only root (CAP_SYS_ADMIN) may use the kernel's device mapper.");
    }
    return List.of();
  }

  private List<ListedDevice> devices() {
    try {
      return silentCopy().task(TaskType.NAMES).run().devices();
    } catch (DmException e) {
      return List.of();
    }
  }

  /** The same driver, without a word to the user. */
  private DeviceMapper silentCopy() {
    return session.silentCopy();
  }

  /** What a driver says about a device that does not suit a rule. */
  public static Optional<String> inPlainWords(String line) {
    Matcher unaligned = UNALIGNED.matcher(line);
    if (unaligned.find()) {
      int block = Integer.parseInt(unaligned.group(1));
      return Optional.of(
          "The device has blocks of "
              + block
              + " bytes: starts and lengths must be multiples of "
              + Sectors.fromBytes(block)
              + " sectors.");
    }
    Matcher matcher = TOO_SMALL.matcher(line);
    if (!matcher.find()) {
      return Optional.empty();
    }
    BigInteger start = new BigInteger(matcher.group(1));
    BigInteger length = new BigInteger(matcher.group(2));
    BigInteger size = new BigInteger(matcher.group(3));
    String told =
        "The device has " + size + " sectors of 512 bytes; the rule wants " + length + " of them";
    told += start.signum() == 0 ? "." : ", from sector " + start + " on.";
    BigInteger[] sectors = length.divideAndRemainder(SECTOR);
    boolean bytes =
        sectors[1].signum() == 0
            && (start.add(sectors[0]).equals(size)
                || start.add(length).equals(size.multiply(SECTOR)));
    return Optional.of(
        bytes ? told + " " + length + " bytes are " + sectors[0] + " sectors: write that." : told);
  }

  private List<String> taken() {
    String name = task.type == TaskType.CREATE ? task.name : task.text;
    for (ListedDevice device : devices()) {
      if (device.name().equals(name)) {
        return List.of("There is a device " + name + " already (" + device.number() + ").");
      }
    }
    if (task.type == TaskType.CREATE && !task.uuid.isEmpty()) {
      return List.of("There is a device with the UUID " + task.uuid + " already.");
    }
    return List.of();
  }

  private List<String> similarNames() {
    List<String> similar = new ArrayList<>();
    boolean found = false;
    for (ListedDevice device : devices()) {
      found |= device.name().equals(task.name);
      if (similar.size() < MOST_NAMES && isSimilar(device.name(), task.name)) {
        similar.add(device.name());
      }
    }
    if (found) {
      return List.of();
    }
    if (similar.isEmpty()) {
      return List.of("'dmsetup ls' shows which devices there are.");
    }
    return List.of("Similar names: " + String.join(", ", similar) + ".");
  }

  /** Equal but for case, one the beginning of the other, or one edit apart. */
  public static boolean isSimilar(String a, String b) {
    String shorter = a.length() <= b.length() ? a : b;
    String longer = shorter.equals(a) ? b : a;
    if (a.equalsIgnoreCase(b) || shorter.length() >= 3 && longer.startsWith(shorter)) {
      return true;
    }
    if (shorter.length() < 3 || longer.length() - shorter.length() > 1) {
      return false;
    }
    int same = 0;
    while (same < shorter.length() && shorter.charAt(same) == longer.charAt(same)) {
      same++;
    }
    int skip = longer.length() == shorter.length() ? 1 : 0;
    return longer
        .substring(same + 1)
        .equals(shorter.substring(Math.min(same + skip, shorter.length())));
  }

  /** Who has the device open, as far as the system tells. */
  private List<String> users(boolean nothingKnown) {
    DeviceInfo info;
    try {
      DmTask ask = silentCopy().task(TaskType.INFO);
      ask.name = task.name;
      ask.uuid = task.uuid;
      ask.major = task.major;
      ask.minor = task.minor;
      ask.majorIsDefault = task.majorIsDefault;
      info = ask.run().info();
    } catch (DmException e) {
      return List.of();
    }
    if (!info.exists()) {
      return List.of();
    }
    DeviceNumber number = new DeviceNumber(info.major(), info.minor());
    List<String> users = new DeviceUsers(session, task.name, number).sentences();
    if (users.isEmpty() && nothingKnown && info.openCount() > 0) {
      users.add(task.name + " is open " + times(info.openCount()) + ".");
    }
    return users;
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }
}
