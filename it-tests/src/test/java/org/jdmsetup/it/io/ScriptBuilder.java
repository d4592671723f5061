package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A script while it is written: hands out parts of disks and numbers of writes, knows the shape of
 * each device so that requests meet its borders, and counts what is there at the end.
 */
final class ScriptBuilder {
  /**
   * Disks that tables take parts of, by {@link #area}; the rest is for whoever takes whole ones.
   */
  private static final String SHARED = "ABCDE";

  final Random random;

  private final String kind;
  private final long seed;
  private final Map<Character, IoScript.Disk> disks = new LinkedHashMap<>();
  private final List<IoStep> steps = new ArrayList<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<Character, Integer> taken = new HashMap<>();
  private final Set<Character> whole = new HashSet<>();
  private final Set<String> hidden = new HashSet<>();
  private int slices = 1;
  private int slice;
  private int writes;
  private int mostQueued = 3;
  private boolean discardsFromGrains;
  private boolean discardsAlone;
  private boolean withinGrains;
  private boolean statusVaries;
  private int settling;
  private final Set<IoStep.Op> never = EnumSet.noneOf(IoStep.Op.class);

  /** The rules of a device: where each begins, how long it is, and how it is cut. */
  private record Shape(long[] starts, long[] grains, long sectors) {}

  /** A table, and what is to be known of it to aim at its borders. */
  record Table(List<String> lines, Shape shape) {
    long sectors() {
      return shape.sectors();
    }
  }

  ScriptBuilder(String kind, long seed) {
    this.kind = kind;
    this.seed = seed;
    random = new Random(seed * 31 + kind.hashCode());
  }

  IoScript finished() {
    shapes.keySet().forEach(this::status);
    List<String> upwards = new ArrayList<>(shapes.keySet());
    for (String device : upwards) {
      if (!hidden.contains(device)) {
        step(new IoStep.Contents(device));
      }
    }
    for (int i = upwards.size() - 1; i >= 0; i--) {
      step(new IoStep.Remove(upwards.get(i)));
    }
    return new IoScript(kind, seed, List.copyOf(disks.values()), steps);
  }

  /** From now on there are no requests of this kind. */
  void never(IoStep.Op op) {
    never.add(op);
  }

  /** From now on discards begin where the target would cut reads and writes. */
  void discardsFromGrains() {
    discardsFromGrains = true;
  }

  /** From now on there are no discards while there are other requests. */
  void discardsAlone() {
    discardsAlone = true;
  }

  /** From now on no request crosses what the target would cut it at. */
  void withinGrains() {
    withinGrains = true;
  }

  /** From now on no more than so many requests wait while a table is swapped. */
  void mostQueued(int count) {
    mostQueued = count;
  }

  /**
   * The target does things in its own time: from now on there are no status lines, and it gets some
   * milliseconds before a table ends.
   */
  void settles(int millis) {
    statusVaries = true;
    settling = millis;
  }

  // --- chance ----------------------------------------------------------------------------------

  /** From least to most, both possible. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** True once in so many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  // --- disks -----------------------------------------------------------------------------------

  /** A whole disk that no table has a part of yet. */
  char disk(IoScript.Fill fill, boolean compared) {
    for (char letter : new StringBuilder(IoScript.LETTERS).reverse().toString().toCharArray()) {
      if (!disks.containsKey(letter)) {
        disks.put(letter, new IoScript.Disk(letter, fill, compared));
        whole.add(letter);
        return letter;
      }
    }
    throw new IllegalStateException("no disk left");
  }

  boolean uses(char disk) {
    return disks.containsKey(disk);
  }

  /** Says that so many devices, one after another, share the disks. */
  void slices(int count) {
    slices = count;
  }

  /**
   * A part of a disk that no other part taken since {@link #table} began overlaps, as {@code $A
   * 17}.
   */
  String area(long sectors) {
    char first = SHARED.charAt(random.nextInt(SHARED.length()));
    for (int i = 0; i < SHARED.length(); i++) {
      char letter = SHARED.charAt((SHARED.indexOf(first) + i) % SHARED.length());
      int room = IoScript.sectorsOf(letter) / slices;
      int from = taken.getOrDefault(letter, 0);
      long gap = Math.min(random.nextInt(40), room - from - sectors);
      if (gap >= 0 && !whole.contains(letter)) {
        disks.putIfAbsent(letter, new IoScript.Disk(letter, IoScript.Fill.STAMPED, true));
        taken.put(letter, (int) (from + gap + sectors));
        return "$" + letter + " " + (slice * room + from + gap);
      }
    }
    throw new IllegalStateException("no room for " + sectors + " sectors");
  }

  // --- tables ----------------------------------------------------------------------------------

  /** From now on areas are those of the device of this index, beginning anew. */
  void slice(int device) {
    slice = device;
    taken.clear();
  }

  /** A table of random rules of the given makers; it takes the areas of the device's last table. */
  Table table(int device, int mostRules, int longest, RuleMaker... makers) {
    slice(device);
    List<RuleMaker.Made> rules = new ArrayList<>();
    int count = between(1, mostRules);
    for (int i = 0; i < count; i++) {
      rules.add(oneOf(makers).make(this, longest));
    }
    return table(rules.toArray(new RuleMaker.Made[0]));
  }

  /** A table of these rules. */
  static Table table(RuleMaker.Made... rules) {
    List<String> lines = new ArrayList<>();
    long[] starts = new long[rules.length];
    long[] grains = new long[rules.length];
    long at = 0;
    for (int i = 0; i < rules.length; i++) {
      lines.add(at + " " + rules[i].length() + " " + rules[i].text());
      starts[i] = at;
      grains[i] = rules[i].grain();
      at += rules[i].length();
    }
    return new Table(lines, new Shape(starts, grains, at));
  }

  /** A table of one rule. */
  static Table oneRule(int length, int grain, String text) {
    return table(new RuleMaker.Made(length, grain, text));
  }

  // --- steps -----------------------------------------------------------------------------------

  void step(IoStep step) {
    boolean ends =
        step instanceof IoStep.Swap || step instanceof IoStep.Load || step instanceof IoStep.Remove;
    if (settling > 0 && ends) {
      steps.add(new IoStep.Pause(settling));
    }
    steps.add(step);
  }

  void create(String device, Table table) {
    shapes.put(device, table.shape());
    step(new IoStep.Create(device, table.lines(), false));
  }

  /** Suspends, lets requests wait, loads and resumes; the requests meet the new table. */
  void swap(String device, Table table) {
    // Whether a request is on the device is found out when it is made, with the old table or the
    // new.
    long common = Math.min(sectors(device), table.sectors());
    shapes.put(device, table.shape());
    step(new IoStep.Swap(device, table.lines(), oneIn(3), apart(device, common)));
  }

  /** As {@link #swap}, with the table that is there. */
  void pause(String device) {
    step(new IoStep.Swap(device, List.of(), oneIn(3), apart(device, sectors(device))));
  }

  /** Loads and resumes without a suspend of its own. */
  void reload(String device, Table table) {
    shapes.put(device, table.shape());
    step(new IoStep.Load(device, table.lines()));
    step(new IoStep.Resume(device));
  }

  void status(String device) {
    if (!statusVaries) {
      step(new IoStep.Status(device));
    }
  }

  /** A message to a rule anywhere on the device. */
  void message(String device, String text) {
    long[] starts = shapes.get(device).starts();
    step(new IoStep.Message(device, starts[random.nextInt(starts.length)], text));
  }

  /** What is on the device in the end is not to be compared. */
  void hide(String device) {
    hidden.add(device);
  }

  /** Says that the device is gone. */
  void removed(String device) {
    shapes.remove(device);
  }

  /** How many sectors the device has. */
  long sectors(String device) {
    return shapes.get(device).sectors();
  }

  /** A request of any kind to anywhere. */
  void io(String device) {
    step(io(device, 0, sectors(device), true));
  }

  /** A read or write. */
  void transfer(String device, IoStep.Op op, long sector, int sectors) {
    step(new IoStep.Io(device, op, sector, sectors, ++writes, false));
  }

  /** Requests of several threads at once, to sectors apart. */
  void parallel(String device) {
    int threads = between(2, 4);
    long share = sectors(device) / threads;
    if (share < 8) {
      return;
    }
    List<List<IoStep.Io>> lists = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      List<IoStep.Io> list = new ArrayList<>();
      for (int i = between(1, 6); i > 0; i--) {
        list.add(io(device, thread * share, thread * share + share, false));
      }
      lists.add(list);
    }
    step(new IoStep.Parallel(lists));
  }

  private List<IoStep.Io> apart(String device, long sectors) {
    List<IoStep.Io> ios = new ArrayList<>();
    int count = between(0, mostQueued);
    long share = count == 0 ? 0 : sectors / count;
    for (int i = 0; i < count && share >= 8; i++) {
      IoStep.Io io = io(device, i * share, i * share + share, false);
      // Whether a device can discard is found out before the request waits, if it comes in time.
      if (io.op() != IoStep.Op.DISCARD) {
        ios.add(io);
      }
    }
    return ios;
  }

  /**
   * A request within sectors of a device.
   *
   * @param beyond whether it may also pass the end
   */
  private IoStep.Io io(String device, long from, long to, boolean beyond) {
    int dice = random.nextInt(100);
    if (dice < 4) {
      return new IoStep.Io(device, IoStep.Op.FLUSH, 0, 0, 0, false);
    }
    IoStep.Op op = IoStep.Op.READ;
    if (dice < 9) {
      op = IoStep.Op.DISCARD;
    } else if (dice < 14) {
      op = IoStep.Op.ZERO;
    } else if (dice < 62) {
      op = IoStep.Op.WRITE;
    }
    Shape shape = shapes.get(device);
    int rule = random.nextInt(shape.starts().length);
    long grain = shape.grains()[rule];
    int sectors = (int) Math.min(length(grain), to - from);
    long sector = from + (long) (random.nextDouble() * (to - from - sectors + 1));
    int aim = random.nextInt(10);
    if (aim < 4) {
      long end = rule + 1 < shape.starts().length ? shape.starts()[rule + 1] : shape.sectors();
      long steps = grain == 1 ? 0 : (end - shape.starts()[rule]) / grain;
      long border = shape.starts()[rule] + grain * (long) (random.nextDouble() * (steps + 1));
      sector = border + between(-sectors - 1, 1);
    } else if (aim == 4) {
      sector = to - random.nextInt(sectors + 4);
    }
    sector = Math.max(from, sector);
    if (!beyond || !oneIn(8)) {
      sector = Math.min(sector, to - sectors);
    }
    if (withinGrains) {
      sectors = (int) Math.min(sectors, grain - sector % grain);
    }
    if (never.contains(op)) {
      op = IoStep.Op.READ;
    }
    if (op == IoStep.Op.DISCARD && discardsAlone && !beyond) {
      op = IoStep.Op.READ;
    }
    if (op == IoStep.Op.DISCARD && discardsFromGrains) {
      sector = Math.max(from, sector - sector % grain);
    }
    boolean write = op == IoStep.Op.WRITE;
    return new IoStep.Io(device, op, sector, sectors, write ? ++writes : 0, write && oneIn(5));
  }

  private int length(long grain) {
    long length =
        switch (random.nextInt(6)) {
          case 0 -> between(1, 3);
          case 1 -> 8L * between(1, 4);
          case 2 -> grain;
          case 3 -> grain * between(1, 4) + between(-1, 1);
          case 4 -> between(1, 64);
          default -> between(1, 300);
        };
    return (int) Math.max(1, Math.min(ScriptRequests.LONGEST, length));
  }

  @Override
  public String toString() {
    return kind + ":" + seed + " " + Arrays.toString(steps.toArray());
  }
}
