package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * Makes the steps of a seed. Names, uuids and minor numbers come from small pools, so that requests
 * meet devices and one another without the generator knowing what came of them; lives (create,
 * load, resume) are common enough that there is something to meet.
 *
 * <p>What is left out on purpose: names that newer kernels refuse for the sake of {@code
 * /dev/mapper} ({@code control}, {@code .}, {@code ..}), as the engine does.
 */
final class SequenceGenerator {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 48;

  private static final List<String> NAMES = List.of("a", "b", "c", "vol");
  private static final List<String> ODD_NAMES =
      List.of(
          "",
          "two words",
          "a/b",
          "\u00e9\u00fc",
          "q\"\\'",
          "A",
          "ab",
          "n".repeat(127),
          "m".repeat(128));
  private static final List<String> UUIDS = List.of("U1", "U2", "LVM-x");
  private static final List<String> ODD_UUIDS =
      List.of("", "U", "u/1", "u 1", "\u00e4", "v".repeat(128), "w".repeat(129));
  private static final List<String> TYPES =
      Stream.concat(RandomParameters.common().stream(), Stream.of("nosuch", "Linear", "")).toList();
  private static final List<Integer> SIZES = List.of(512, 1024, 1024, 1024, 2048, 4096, 16_384);

  private final Random random;
  private final Layout layout;

  /** Whether the room of buffers holds something, so that it shows what drivers do not write. */
  private final boolean fill;

  private final RandomTable tables;
  private final List<SequenceStep> steps = new ArrayList<>();

  SequenceGenerator(long seed, Layout layout) {
    this.layout = layout;
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    fill = random.nextInt(100) < 40;
    tables = new RandomTable(random, layout, fill);
  }

  List<SequenceStep> steps() {
    int count = SHORTEST + random.nextInt(LONGEST - SHORTEST);
    life();
    while (steps.size() < count) {
      next();
    }
    return steps;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void next() {
    int what = random.nextInt(130);
    if ((what -= 9) < 0) {
      life();
    } else if ((what -= 6) < 0) {
      create(name(), chance(60) ? "" : uuid());
    } else if ((what -= 16) < 0) {
      load(null);
    } else if ((what -= 14) < 0) {
      call(DmCommand.DEV_SUSPEND, keyed(suspendFlags(0)));
    } else if ((what -= 9) < 0) {
      call(DmCommand.DEV_SUSPEND, keyed(suspendFlags(DmFlag.SUSPEND)));
    } else if ((what -= 4) < 0) {
      call(DmCommand.TABLE_CLEAR, keyed(0));
    } else if ((what -= 6) < 0) {
      call(DmCommand.DEV_REMOVE, keyed(chance(40) ? DmFlag.DEFERRED_REMOVE : 0));
    } else if ((what -= 1) < 0) {
      call(DmCommand.REMOVE_ALL, chance(30) ? keyed(DmFlag.DEFERRED_REMOVE) : request(0));
    } else if ((what -= 6) < 0) {
      text(DmCommand.DEV_RENAME, chance(90) ? named(name(), 0) : keyed(0), name());
    } else if ((what -= 4) < 0) {
      text(DmCommand.DEV_RENAME, named(name(), DmFlag.UUID), uuid());
    } else if ((what -= 7) < 0) {
      call(DmCommand.DEV_STATUS, keyed(queryFlags()));
    } else if ((what -= 11) < 0) {
      call(DmCommand.TABLE_STATUS, keyed(queryFlags()));
    } else if ((what -= 5) < 0) {
      call(DmCommand.TABLE_DEPS, keyed(queryFlags()));
    } else if ((what -= 4) < 0) {
      list();
    } else if ((what -= 1) < 0) {
      // Enough for what either world has, or for nothing: they do not have the same number.
      call(DmCommand.LIST_VERSIONS, buffer(any(List.of(305, 312, 320, 4096, 16_384))));
    } else if ((what -= 2) < 0) {
      call(DmCommand.GET_TARGET_VERSION, named(any(TYPES), 0));
    } else if ((what -= 6) < 0) {
      message();
    } else if ((what -= 3) < 0) {
      text(DmCommand.DEV_SET_GEOMETRY, keyed(0), geometry());
    } else if ((what -= 1) < 0) {
      call(DmCommand.DEV_ARM_POLL, chance(70) ? request(0) : keyed(0));
    } else if ((what -= 4) < 0) {
      ByteBuffer request = keyed(queryFlags());
      request.putInt(32, random.nextInt(4));
      call(DmCommand.DEV_WAIT, request);
    } else if ((what -= 1) < 0) {
      call(DmCommand.VERSION, request(0));
    } else if ((what -= 1) < 0) {
      finish(18 + random.nextInt(238), keyed(0));
    } else if ((what -= 5) < 0) {
      steps.add(new SequenceStep.Open(minor()));
    } else {
      steps.add(new SequenceStep.Close(minor()));
    }
  }

  // --- single requests --------------------------------------------------------------------------

  /** What dmsetup create does. */
  private void life() {
    String name = any(NAMES);
    create(name, chance(50) ? "" : any(UUIDS));
    load(name);
    call(DmCommand.DEV_SUSPEND, named(name, suspendFlags(0)));
  }

  private void create(String name, String uuid) {
    ByteBuffer request = named(name, 0);
    put(request, 176, uuid, 129);
    if (chance(25)) {
      request.putInt(28, DmFlag.PERSISTENT_DEV);
      request.putLong(40, dev());
    }
    call(DmCommand.DEV_CREATE, request);
  }

  private void load(String name) {
    int flags = chance(15) ? DmFlag.READONLY : 0;
    RandomTable.Rules rules = tables.rules();
    int size = Math.max(512, DmBuffer.HEADER_SIZE + rules.bytes().length);
    ByteBuffer request = buffer(chance(90) ? size : DmBuffer.MIN_SIZE + random.nextInt(size));
    request.putInt(28, flags);
    if (name == null) {
      key(request);
    } else {
      put(request, 48, name, 128);
    }
    request.putInt(20, chance(96) ? rules.count() : any(List.of(0, 1, 2, 4, 1 << 21, -1)));
    payload(request, rules.bytes());
    call(DmCommand.TABLE_LOAD, request);
  }

  private void text(DmCommand command, ByteBuffer request, String text) {
    payload(request, CallText.bytes(text + (chance(97) ? "\0" : "x".repeat(40))));
    call(command, request);
  }

  private void list() {
    ByteBuffer request = request(chance(60) ? DmFlag.UUID : 0);
    if (chance(30)) {
      put(request, 48, name(), 128);
    }
    if (chance(20)) {
      put(request, 176, uuid(), 129);
    }
    call(DmCommand.LIST_DEVICES, request);
  }

  private void message() {
    long sector = any(List.of(0L, 0L, 0L, 7L, 8L, 63L, 1000L, -1L));
    byte[] text = CallText.bytes(tables.message() + "\0");
    ByteBuffer payload = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    payload.putLong(sector).put(text);
    ByteBuffer request = keyed(0);
    payload(request, payload.array());
    call(DmCommand.TARGET_MSG, request);
  }

  private String geometry() {
    return any(
        List.of(
            "1 2 3 4",
            "1024 16 63 0",
            "65535 255 255 0",
            "65536 1 1 0",
            "1 256 1 0",
            "1 1 1 1",
            "1 1 1 2",
            "0 0 0 0",
            "1 2 3",
            "1 2 3 4 5",
            "1 2 3 4 ",
            " 1  2\t3 4",
            "1,2,3,4",
            "-1 1 1 0",
            "0x10 1 1 0",
            "1 1 1 18446744073709551615",
            "1 1 1 18446744073709551616",
            ""));
  }

  private int suspendFlags(int flags) {
    return flags | (chance(15) ? DmFlag.NOFLUSH : 0) | (chance(15) ? DmFlag.SKIP_LOCKFS : 0);
  }

  private int queryFlags() {
    return (chance(40) ? DmFlag.STATUS_TABLE : 0)
        | (chance(25) ? DmFlag.QUERY_INACTIVE_TABLE : 0)
        | (chance(10) ? DmFlag.NOFLUSH : 0);
  }

  // --- words ------------------------------------------------------------------------------------

  private String name() {
    return chance(85) ? any(NAMES) : any(ODD_NAMES);
  }

  private String uuid() {
    return chance(80) ? any(UUIDS) : any(ODD_UUIDS);
  }

  private int minor() {
    return random.nextInt(4);
  }

  private long dev() {
    int what = random.nextInt(20);
    if (what < 16) {
      return new DeviceNumber(layout.major(), minor()).encoded();
    }
    return switch (what) {
      case 16 ->
          new DeviceNumber(layout.major(), minor()).encoded() | 1L << (32 + random.nextInt(32));
      case 17 -> new DeviceNumber(7, minor()).encoded();
      case 18 ->
          new DeviceNumber(layout.major(), any(List.of(255, 256, 4096, (1 << 20) - 1))).encoded();
      default -> random.nextInt();
    };
  }

  // --- buffers ----------------------------------------------------------------------------------

  /** A buffer with a good header, or as good as the dice want it, and nothing else. */
  private ByteBuffer request(int flags) {
    ByteBuffer request = buffer(chance(85) ? any(SIZES) : DmBuffer.MIN_SIZE + random.nextInt(150));
    request.putInt(28, flags);
    return request;
  }

  private ByteBuffer buffer(int size) {
    byte[] bytes = new byte[Math.max(size, DmBuffer.MIN_SIZE)];
    if (fill && chance(50)) {
      Arrays.fill(bytes, DmBuffer.MIN_SIZE, bytes.length, (byte) 0xEE);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(0, 4);
    buffer.putInt(12, bytes.length);
    buffer.putInt(16, DmBuffer.HEADER_SIZE);
    return buffer;
  }

  private ByteBuffer named(String name, int flags) {
    ByteBuffer request = request(flags);
    put(request, 48, name, 128);
    return request;
  }

  private ByteBuffer keyed(int flags) {
    ByteBuffer request = request(flags);
    key(request);
    return request;
  }

  private void key(ByteBuffer request) {
    int what = random.nextInt(100);
    if (what < 70 || what >= 95) {
      put(request, 48, name(), 128);
    }
    if (what >= 70 && what < 80 || what == 95 || what == 96) {
      put(request, 176, uuid(), 129);
    }
    if (what >= 80 && what < 94 || what >= 96) {
      request.putLong(40, dev());
    }
  }

  private void put(ByteBuffer request, int at, String text, int room) {
    byte[] bytes = CallText.bytes(text);
    if (chance(5)) {
      for (int i = at; i < at + room; i++) {
        request.put(i, (byte) 'J');
      }
    }
    request.put(at, bytes, 0, Math.min(bytes.length, room));
    if (bytes.length < room) {
      request.put(at + bytes.length, (byte) 0);
    }
  }

  /** Puts a payload where it belongs, or elsewhere and says so, as far as there is room. */
  private void payload(ByteBuffer request, byte[] payload) {
    int start = DmBuffer.HEADER_SIZE;
    if (chance(6)) {
      start =
          any(
              List.of(
                  305,
                  306,
                  311,
                  313,
                  320,
                  328,
                  304,
                  48,
                  40,
                  39,
                  0,
                  request.capacity() - 1,
                  request.capacity(),
                  request.capacity() + 8,
                  -8,
                  Integer.MIN_VALUE));
      request.putInt(16, start);
    }
    if (start >= DmBuffer.MIN_SIZE && start < request.capacity()) {
      request.put(start, payload, 0, Math.min(payload.length, request.capacity() - start));
    }
  }

  private void call(DmCommand command, ByteBuffer request) {
    finish(command.number(), request);
  }

  /** Adds the request after what can be odd about any of them. */
  private void finish(int command, ByteBuffer request) {
    if (chance(20)) {
      request.putInt(28, request.getInt(28) | 1 << random.nextInt(22));
    }
    if (chance(2)) {
      request.putInt(28, request.getInt(28) ^ random.nextInt());
    }
    if (chance(3)) {
      request.putInt(16, any(List.of(0, 305, 312, 313, 4096, -1)));
    }
    if (chance(4)) {
      int[] version = any(VERSIONS);
      request.putInt(0, version[0]).putInt(4, version[1]).putInt(8, version[2]);
    }
    if (chance(5)) {
      request.putInt(32, random.nextInt());
    }
    if (chance(3)) {
      request.putInt(any(List.of(24, 36)), random.nextInt());
    }
    if (chance(2)) {
      request.putInt(20, random.nextInt(3));
    }
    if (chance(1)) {
      request.putInt(12, any(List.of(0, 1, 304, (1 << 30) + 1, -1, Integer.MIN_VALUE)));
    }
    steps.add(new SequenceStep.Call(command, request.array()));
  }

  private static final List<int[]> VERSIONS =
      List.of(
          new int[] {4, 47, 0},
          new int[] {4, 47, 99},
          new int[] {4, 48, 0},
          new int[] {4, -1, 0},
          new int[] {3, 0, 0},
          new int[] {5, 0, 0},
          new int[] {0, 0, 0},
          new int[] {4, 11, -1});
}
