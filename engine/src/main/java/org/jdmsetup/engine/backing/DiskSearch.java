package org.jdmsetup.engine.backing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Finds a disk again that a table used: first the disk at the old number or path, if its facts
 * match; then any other disk whose facts match; last the disk at the old path, if no fact
 * contradicts.
 */
final class DiskSearch {
  private final DeviceNumber previousNumber;
  private final Identity remembered;
  private final Predicate<DeviceNumber> isOurs;

  /**
   * @param isOurs whether a number belongs to one of the engine's own devices, which are never the
   *     disk that is looked for
   */
  DiskSearch(DeviceNumber previousNumber, Identity remembered, Predicate<DeviceNumber> isOurs) {
    this.previousNumber = previousNumber;
    this.remembered = remembered;
    this.isOurs = isOurs;
  }

  /**
   * @throws DeviceOpenException when it is not there
   */
  DeviceNumber run() throws DeviceOpenException {
    String path = remembered.get(Fact.PATH);
    DeviceNumber atPath = numberAt(path);
    Set<DeviceNumber> candidates = new LinkedHashSet<>();
    candidates.add(previousNumber);
    if (atPath != null) {
      candidates.add(atPath);
    }
    DeviceNumber undecided = null;
    String reason = null;
    for (DeviceNumber number : candidates) {
      Identity found = identity(number);
      if (found.isEmpty()) {
        continue;
      }
      IdentityMatch match = remembered.compare(found);
      if (match.is(IdentityMatch.Kind.SAME)) {
        boolean stayed = number.equals(previousNumber) && remembered.isOfSameBoot(found);
        if (!stayed && !match.isUnique()) {
          refuseIfAmbiguous(number);
        }
        return number;
      }
      if (match.is(IdentityMatch.Kind.DIFFERENT)) {
        String what =
            number.equals(previousNumber) ? previousNumber.toString() : path + " (" + number + ")";
        reason =
            reason == null ? Backings.describeMismatch(what, remembered, found, match) : reason;
      } else if (path == null || number.equals(atPath) || remembered.isOfSameBoot(found)) {
        undecided = number;
      }
    }
    DeviceNumber elsewhere = matchOutside(candidates);
    if (elsewhere != null) {
      return elsewhere;
    }
    if (undecided != null) {
      return undecided;
    }
    throw new DeviceOpenException(Errno.ENXIO, reason != null ? reason : missing());
  }

  /** The number of the block device that a path leads to, or null. */
  private static DeviceNumber numberAt(String path) {
    FileFacts node = path == null ? null : FileFacts.of(ByteText.unicode(path));
    return node != null && node.isBlockDevice()
        ? new DeviceNumber(node.major(), node.minor())
        : null;
  }

  private String missing() {
    String known = remembered.describeDecisive(remembered.facts().keySet());
    return "the disk that was "
        + previousNumber
        + " is not there"
        + (known.isEmpty() ? "" : ": no disk has " + known);
  }

  /**
   * Refuses if other disks match as well (a clone, or another path to the same disk): the number or
   * the path does not decide between them.
   */
  private void refuseIfAmbiguous(DeviceNumber found) throws DeviceOpenException {
    List<DeviceNumber> same = matchesOutside(Set.of(found));
    if (!same.isEmpty()) {
      same.add(0, found);
      throw ambiguous(same);
    }
  }

  /** The one disk of all others that is surely the same, or null. */
  private DeviceNumber matchOutside(Set<DeviceNumber> candidates) throws DeviceOpenException {
    List<DeviceNumber> same = matchesOutside(candidates);
    if (same.size() > 1) {
      throw ambiguous(same);
    }
    return same.isEmpty() ? null : same.get(0);
  }

  private DeviceOpenException ambiguous(List<DeviceNumber> same) {
    return new DeviceOpenException(
        Errno.ENXIO,
        "the disk that was " + previousNumber + " cannot be told: " + same + " are alike");
  }

  /** All other disks that are surely the same. */
  private List<DeviceNumber> matchesOutside(Set<DeviceNumber> seen) {
    List<DeviceNumber> same = new ArrayList<>();
    if (remembered.isDecisive()) {
      for (DeviceNumber number : SysfsDisk.all()) {
        boolean possible =
            !seen.contains(number) && remembered.isCompatibleWith(DiskIdentity.fromSysfs(number));
        if (possible && remembered.compare(identity(number)).is(IdentityMatch.Kind.SAME)) {
          same.add(number);
        }
      }
    }
    return same;
  }

  /** All that is known of a disk; what needs an open descriptor only if it may be opened. */
  private Identity identity(DeviceNumber number) {
    if (isOurs.test(number)) {
      return Identity.NONE;
    }
    try (PinnedFile node = DiskNode.find(number)) {
      int descriptor = node.open(Linux.O_RDONLY | Linux.O_NONBLOCK);
      if (descriptor >= 0) {
        Identity identity = DiskIdentity.of(number, descriptor, DiskNode.path(number));
        NativeIo.C.close(descriptor);
        return identity;
      }
    } catch (DeviceOpenException noNode) {
      // then what sysfs shows has to do
    }
    return DiskIdentity.fromSysfs(number);
  }
}
