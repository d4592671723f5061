package org.jdmsetup.engine.backing;

import java.util.HashMap;
import java.util.Map;
import org.jdmsetup.engine.nativeio.AlignedBuffer;
import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.engine.nativeio.NativeIo;
import org.jdmsetup.engine.nativeio.PinnedFile;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.text.Words;

/**
 * All that tables sit on, each open once: block devices by number, regular files by file system and
 * inode, however they are named. The engine's own devices are handed out as they are, without going
 * through the kernel.
 *
 * <p>Safe to use from any thread.
 */
public final class Backings {
  private final EngineDevices engineDevices;
  private final Map<DeviceNumber, Backing> inProcess;
  private final Map<Object, OpenedBacking> opened = new HashMap<>();

  private record FileKey(long fileSystem, long inode) {}

  public Backings(EngineDevices engineDevices) {
    this(engineDevices, Map.of());
  }

  /**
   * @param inProcess devices that only this process has, as tests make them; tables name them by
   *     number
   */
  public Backings(EngineDevices engineDevices, Map<DeviceNumber, Backing> inProcess) {
    this.engineDevices = engineDevices;
    this.inProcess = inProcess;
  }

  /**
   * Opens a device for a table, or counts one more user of it; undone by {@link Backing#release}.
   *
   * @param directory where relative paths start, in byte text
   * @throws DeviceOpenException with the error number that the kernel would give
   */
  public Backing open(DeviceRef device, boolean writable, String directory)
      throws DeviceOpenException {
    return open(device, writable, directory, Identity.NONE);
  }

  /**
   * Opens a device for a table that was journalled: as {@link #open(DeviceRef, boolean, String)},
   * but refuses a device that is not the one remembered.
   *
   * @throws DeviceOpenException also when it is another than remembered (ENXIO)
   */
  public Backing open(DeviceRef device, boolean writable, String directory, Identity remembered)
      throws DeviceOpenException {
    Backing backing = open(device, writable, directory, remembered.get(Fact.PATH));
    IdentityMatch match = remembered.compare(backing.identity());
    if (match.is(IdentityMatch.Kind.DIFFERENT)) {
      String reason =
          describeMismatch(backing.description(), remembered, backing.identity(), match);
      backing.release();
      throw new DeviceOpenException(Errno.ENXIO, reason);
    }
    return backing;
  }

  static String describeMismatch(
      String what, Identity remembered, Identity found, IdentityMatch match) {
    return what
        + " is another one now: found "
        + found.describe(match.decidingFacts())
        + ", expected "
        + remembered.describe(match.decidingFacts());
  }

  private Backing open(DeviceRef device, boolean writable, String directory, String usualNode)
      throws DeviceOpenException {
    if (device instanceof DeviceRef.Number byNumber) {
      Backing known = retainKnown(byNumber.number());
      return known != null ? known : openNumber(byNumber.number(), writable, usualNode);
    }
    if (device instanceof DeviceRef.Remote) {
      throw new DeviceOpenException(Errno.ENODEV, device + ": remote disks are not supported yet");
    }
    String path = device.toString();
    return openPath(path.startsWith("/") ? path : directory + '/' + path, writable);
  }

  /**
   * The number by now of a disk that a table used by another daemon, in this boot or before.
   *
   * @throws DeviceOpenException when it is not there (ENXIO)
   */
  public DeviceNumber find(DeviceNumber before, Identity remembered) throws DeviceOpenException {
    return inProcess.containsKey(before)
        ? before
        : new DiskSearch(before, remembered, number -> engineDevices.byNumber(number) != null)
            .run();
  }

  private Backing openPath(String path, boolean writable) throws DeviceOpenException {
    try (PinnedFile found = PinnedFile.at(terminated(path))) {
      int errno = found == null ? NativeIo.errno() : 0;
      Backing ours = engineDevices.byNode(path);
      if (ours != null && (found == null || !isForeignDevice(found.facts()))) {
        return claimOwn(ours);
      }
      if (found == null) {
        throw new DeviceOpenException(
            errno == Errno.EACCES.number() ? errno : Errno.ENODEV.number(),
            ByteText.unicode(path) + ": " + Errno.text(errno));
      }
      FileFacts facts = found.facts();
      if (facts.isBlockDevice()) {
        return openNumber(new DeviceNumber(facts.major(), facts.minor()), writable, path, found);
      }
      if (facts.isRegularFile()) {
        String canonical = canonical(found, path);
        if (engineDevices.isOwnFile(canonical, facts)) {
          throw new DeviceOpenException(
              Errno.EINVAL,
              ByteText.unicode(path)
                  + " is a file of the engine itself: name the device by its node instead");
        }
        // A path with a blank cannot be written in a table; the path that the user gave can, as it
        // was.
        boolean typable = Words.escape(canonical).equals(canonical);
        return openFile(typable ? canonical : path, found, writable);
      }
      throw new DeviceOpenException(
          Errno.ENODEV, ByteText.unicode(path) + " is neither a block device nor a regular file");
    }
  }

  private Backing claimOwn(Backing ours) throws DeviceOpenException {
    engineDevices.claim(ours);
    return ours;
  }

  /** Whether it is a node of another driver, where one of our devices could be meant. */
  private boolean isForeignDevice(FileFacts facts) {
    return facts.isBlockDevice() && facts.major() != engineDevices.major();
  }

  private static String canonical(PinnedFile found, String otherwise) {
    AlignedBuffer buffer = new AlignedBuffer(4096);
    long length = NativeIo.C.readlink(found.path(), buffer.address(), buffer.capacity());
    if (length <= 0) {
      return otherwise;
    }
    byte[] path = new byte[(int) length];
    buffer.bytes().get(0, path);
    return ByteText.of(path);
  }

  /**
   * @param usualNode where its node was when it was last used, in byte text, or null
   */
  private Backing openNumber(DeviceNumber number, boolean writable, String usualNode)
      throws DeviceOpenException {
    try (PinnedFile usual = usualNode == null ? null : PinnedFile.at(terminated(usualNode))) {
      if (usual != null && usual.facts().isBlockDevice(number)) {
        return openNumber(number, writable, usualNode, usual);
      }
    }
    try (PinnedFile found = DiskNode.find(number)) {
      return openNumber(number, writable, DiskNode.path(number), found);
    }
  }

  /**
   * @param node how it was found, a path in byte text
   */
  private Backing openNumber(DeviceNumber number, boolean writable, String node, PinnedFile found)
      throws DeviceOpenException {
    Backing known = retainKnown(number);
    if (known != null) {
      return known;
    }
    synchronized (opened) {
      OpenedBacking disk = opened.get(number);
      boolean isNew = disk == null;
      if (isNew) {
        disk = claim(number, node, found, writable);
      }
      return openAndRetain(disk, number, isNew, node, found, writable);
    }
  }

  /**
   * Retains a device that need not be opened: one of the engine or of this process alone; null for
   * all others.
   */
  private Backing retainKnown(DeviceNumber number) throws DeviceOpenException {
    Backing ours = engineDevices.byNumber(number);
    if (ours != null) {
      return claimOwn(ours);
    }
    Backing other = inProcess.get(number);
    return other != null && other.retain() ? other : null;
  }

  private Backing openFile(String path, PinnedFile found, boolean writable)
      throws DeviceOpenException {
    FileKey key = new FileKey(found.facts().fileSystem(), found.facts().inode());
    synchronized (opened) {
      OpenedBacking file = opened.get(key);
      boolean isNew = file == null;
      if (isNew) {
        file = new RegularFile(path, opened, () -> opened.remove(key));
      }
      return openAndRetain(file, key, isNew, path, found, writable);
    }
  }

  /** Opens what is new, or for writing what was open for reading only, and counts one user more. */
  private Backing openAndRetain(
      OpenedBacking backing,
      Object key,
      boolean isNew,
      String path,
      PinnedFile found,
      boolean writable)
      throws DeviceOpenException {
    if (isNew || writable && backing.readOnly()) {
      int errno = backing.open(found.descriptor(), writable);
      if (errno != 0) {
        if (isNew) {
          backing.close();
        }
        throw new DeviceOpenException(errno, refused(path, writable, errno));
      }
    }
    if (isNew) {
      opened.put(key, backing);
    }
    backing.retain();
    return backing;
  }

  private Disk claim(DeviceNumber number, String node, PinnedFile found, boolean writable)
      throws DeviceOpenException {
    int claim = found.open(Linux.O_RDONLY | Linux.O_EXCL | Linux.O_NONBLOCK);
    if (claim < 0) {
      String reason =
          claim == -Errno.EBUSY.number()
              ? ByteText.unicode(node) + " (" + number + ") is in use: " + Holders.of(number)
              : refused(node, writable, -claim);
      throw new DeviceOpenException(-claim, reason);
    }
    return new Disk(number, node, claim, opened, () -> opened.remove(number));
  }

  private static String refused(String path, boolean writable, int errno) {
    boolean readOnly = errno == Errno.EACCES.number() || errno == Errno.EROFS.number();
    return ByteText.unicode(path)
        + " cannot be opened for reading"
        + (writable ? " and writing: " : ": ")
        + Errno.text(errno)
        + (readOnly && writable ? "; a read-only table would need reading only" : "");
  }

  private static byte[] terminated(String path) {
    return ByteText.bytes(path + '\0');
  }
}
