package org.jdmsetup.ioctl.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * One control buffer: {@code struct dm_ioctl} ({@code include/uapi/linux/dm-ioctl.h}, 312 bytes,
 * little-endian) and room for a payload after it. Used on both sides: a client fills requests in
 * and takes replies apart, the engine does the reverse. The payloads have classes of their own
 * ({@link TargetPayload} and its siblings).
 *
 * <p>Strings are {@link ByteText}. Getters that follow an offset or look for the end of a string
 * check every bound and report what they found as {@link MalformedBufferException}; setters throw
 * {@link IllegalArgumentException} for what cannot be represented. Not thread-safe.
 */
public final class DmBuffer {
  /** Bytes of the header; where payloads begin. */
  public static final int HEADER_SIZE = 312;

  /** Fewest bytes that a request may have: the header up to its last meaningful field. */
  public static final int MIN_SIZE = 305;

  /** Most bytes that a request may have: 1 GiB. */
  public static final int MAX_SIZE = 1 << 30;

  /** Longest device name in bytes. */
  public static final int NAME_LIMIT = 127;

  /** Longest UUID in bytes. */
  public static final int UUID_LIMIT = 128;

  static final int VERSION = 0;
  static final int DATA_SIZE = 12;
  static final int DATA_START = 16;
  static final int TARGET_COUNT = 20;
  static final int OPEN_COUNT = 24;
  static final int FLAGS = 28;
  static final int EVENT_NR = 32;
  static final int DEV = 40;
  static final int NAME = 48;
  static final int UUID = 176;

  private final ByteBuffer bytes;

  private DmBuffer(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** A zeroed direct buffer whose {@code data_size} and {@code data_start} are set. */
  public static DmBuffer allocate(int size) {
    if (size < HEADER_SIZE) {
      throw new IllegalArgumentException("a control buffer has " + HEADER_SIZE + " bytes or more");
    }
    DmBuffer buffer = new DmBuffer(ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN));
    buffer.dataSize(size);
    buffer.dataStart(HEADER_SIZE);
    return buffer;
  }

  /**
   * A view of bytes that came from elsewhere: index 0 to the capacity.
   *
   * @throws MalformedBufferException when the header does not fit, or {@code data_size} is out of
   *     range or beyond the capacity
   */
  public static DmBuffer wrap(ByteBuffer bytes) throws MalformedBufferException {
    if (bytes.capacity() < MIN_SIZE) {
      throw new MalformedBufferException(
          "buffer of " + bytes.capacity() + " bytes, expected " + MIN_SIZE + " or more");
    }
    DmBuffer buffer = new DmBuffer(bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN));
    buffer.checkSize();
    return buffer;
  }

  /**
   * A view of bytes that came from elsewhere and of which nothing is known but that there are
   * {@link #MIN_SIZE} or more.
   */
  public static DmBuffer unchecked(ByteBuffer bytes) {
    return new DmBuffer(bytes.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * A view of the first {@code data_size} bytes; {@link #checkSize} has found that they are there.
   */
  public DmBuffer cutToDataSize() {
    return new DmBuffer(bytes.slice(0, dataSize()).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The bytes themselves, little-endian, shared; direct if made by {@link #allocate}. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** How many bytes there is room for, header included. */
  public int capacity() {
    return bytes.capacity();
  }

  /**
   * Checks what a reply or request says about its own size.
   *
   * @throws MalformedBufferException when {@code data_size} is out of range or beyond the capacity
   */
  public void checkSize() throws MalformedBufferException {
    long size = Integer.toUnsignedLong(bytes.getInt(DATA_SIZE));
    if (size < MIN_SIZE || size > MAX_SIZE) {
      throw new MalformedBufferException(
          "Invalid data size in the ioctl structure: "
              + size
              + ", expected "
              + MIN_SIZE
              + " to "
              + MAX_SIZE);
    }
    if (size > bytes.capacity()) {
      throw new MalformedBufferException(
          "data size " + size + " is beyond the buffer of " + bytes.capacity() + " bytes");
    }
  }

  public int versionMajor() {
    return bytes.getInt(VERSION);
  }

  public int versionMinor() {
    return bytes.getInt(VERSION + 4);
  }

  public int versionPatch() {
    return bytes.getInt(VERSION + 8);
  }

  public void version(int major, int minor, int patch) {
    bytes.putInt(VERSION, major).putInt(VERSION + 4, minor).putInt(VERSION + 8, patch);
  }

  /** Bytes of header and payload together. */
  public int dataSize() {
    return bytes.getInt(DATA_SIZE);
  }

  public void dataSize(int size) {
    bytes.putInt(DATA_SIZE, size);
  }

  /** Where the payload begins, from the start of the header. */
  public int dataStart() {
    return bytes.getInt(DATA_START);
  }

  public void dataStart(int offset) {
    bytes.putInt(DATA_START, offset);
  }

  public int targetCount() {
    return bytes.getInt(TARGET_COUNT);
  }

  public void targetCount(int count) {
    bytes.putInt(TARGET_COUNT, count);
  }

  /** -1 when the driver did not say. */
  public int openCount() {
    return bytes.getInt(OPEN_COUNT);
  }

  public void openCount(int count) {
    bytes.putInt(OPEN_COUNT, count);
  }

  /** The bits of {@link DmFlag}. */
  public int flags() {
    return bytes.getInt(FLAGS);
  }

  public void flags(int flags) {
    bytes.putInt(FLAGS, flags);
  }

  public boolean hasFlag(int flag) {
    return (flags() & flag) != 0;
  }

  public void setFlag(int flag, boolean on) {
    flags(on ? flags() | flag : flags() & ~flag);
  }

  /** The event number, or in some requests a udev cookie with its flags. */
  public int eventNr() {
    return bytes.getInt(EVENT_NR);
  }

  public void eventNr(int number) {
    bytes.putInt(EVENT_NR, number);
  }

  /** The device number as encoded by {@link DeviceNumber#encoded}; 0 when none is given. */
  public long dev() {
    return bytes.getLong(DEV);
  }

  public void dev(long encoded) {
    bytes.putLong(DEV, encoded);
  }

  /** The name; cut at the end of its field if it is not terminated, as the kernel does. */
  public String name() {
    return field(NAME, NAME_LIMIT);
  }

  public void name(String name) {
    putField(NAME, NAME_LIMIT, "name", name);
  }

  /**
   * The name as a prefix that names are compared with. It is not cut to the length of a name: no
   * device's name begins with a longer one.
   */
  public String namePrefix() {
    return field(NAME, NAME_LIMIT + 1);
  }

  /** The UUID as a prefix that is looked for, like {@link #namePrefix}. */
  public String uuidPrefix() {
    return field(UUID, UUID_LIMIT + 1);
  }

  /** The UUID; cut at the end of its field if it is not terminated, as the kernel does. */
  public String uuid() {
    return field(UUID, UUID_LIMIT);
  }

  public void uuid(String uuid) {
    putField(UUID, UUID_LIMIT, "uuid", uuid);
  }

  /**
   * Makes a reply of a request, in place: the header without payload. Payload writers extend it.
   */
  public void beginReply() {
    dataSize(MIN_SIZE);
  }

  private String field(int offset, int limit) {
    int length = 0;
    while (length < limit && bytes.get(offset + length) != 0) {
      length++;
    }
    return text(offset, length);
  }

  private void putField(int offset, int limit, String what, String value) {
    byte[] text = ByteText.bytes(value);
    if (text.length > limit) {
      throw new IllegalArgumentException(
          what + " of " + text.length + " bytes, at most " + limit + " are possible");
    }
    bytes.put(offset, text);
    for (int i = text.length; i <= limit; i++) {
      bytes.put(offset + i, (byte) 0);
    }
  }

  /** Says in a reply which device it is about. The bytes behind the strings stay as they are. */
  public void device(String name, String uuid) {
    putString(NAME, name);
    putString(UUID, uuid);
  }

  /** Text and a NUL. */
  void putString(int offset, String text) {
    bytes.put(offset, ByteText.bytes(text));
    bytes.put(offset + text.length(), (byte) 0);
  }

  // --- for the payload classes -----------------------------------------------------------------

  /** Where the payload ends: {@code data_size}, known to be within the buffer. */
  int end() throws MalformedBufferException {
    checkSize();
    return dataSize();
  }

  /** Where the payload begins, known to lie between the header and the end. */
  int start() throws MalformedBufferException {
    long start = Integer.toUnsignedLong(dataStart());
    int end = end();
    if (end < HEADER_SIZE && start >= MIN_SIZE && start <= HEADER_SIZE) {
      return end; // no payload: drivers leave the start where one would be
    }
    if (start < MIN_SIZE || start > end) {
      throw new MalformedBufferException(
          "data start " + start + " is not within " + MIN_SIZE + ".." + end);
    }
    return (int) start;
  }

  /** Checks that {@code length} bytes at {@code offset} are within the payload. */
  int within(long offset, int length, String what) throws MalformedBufferException {
    int end = end();
    if (offset < MIN_SIZE || offset > end || end - offset < length) {
      throw new MalformedBufferException(
          what
              + " of "
              + length
              + " bytes at offset "
              + offset
              + " leaves the data, which ends at "
              + end);
    }
    return (int) offset;
  }

  /** The NUL-terminated string at an offset. */
  String string(long offset, String what) throws MalformedBufferException {
    int from = within(offset, 1, what);
    int end = end();
    int to = from;
    while (to < end && bytes.get(to) != 0) {
      to++;
    }
    if (to == end) {
      throw new MalformedBufferException(
          what + " at offset " + offset + " has no NUL before the data end at " + end);
    }
    return text(from, to - from);
  }

  /** Exactly these bytes as text. */
  String text(int offset, int length) {
    byte[] text = new byte[length];
    bytes.get(offset, text);
    return ByteText.of(text);
  }

  /**
   * Begins a reply's payload, where drivers have it; what lies between its fields stays as the
   * request had it.
   *
   * @return how many bytes there is room for
   */
  int beginPayload() {
    dataStart(HEADER_SIZE);
    return Math.max(0, capacity() - HEADER_SIZE);
  }

  /**
   * Says in a reply that the payload did not fit: the client doubles its buffer and asks again.
   *
   * @return false, for payload writers, whose result it is
   */
  boolean markFull() {
    setFlag(DmFlag.BUFFER_FULL, true);
    return false;
  }

  static int align8(int offset) {
    return (offset + 7) & ~7;
  }
}
