package org.jdmsetup.engine.targets.dust;

import java.util.List;
import java.util.Locale;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.engine.targets.TargetContext;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DustParams;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Words;

/**
 * A device whose blocks, counted from the device's own first sector, can be declared bad by
 * messages: reading one fails, writing repairs it. A request is judged by the block in which it
 * begins, as a kernel does; a flush begins at the mapped device's first sector.
 */
public final class DustTarget implements Target {
  private static final String FAILS = "fail_read_on_bad_block";
  private static final String QUIET = "quiet";

  private final TargetContext context;
  private final DustParams params;
  private final Backing device;
  private final long start;
  private final long flushSector;
  private final int blockShift;
  private final BadBlocks bad = new BadBlocks();
  private boolean quiet;
  private volatile boolean enabled;

  public DustTarget(TargetContext context, DustParams params) throws TargetException {
    this.context = context;
    this.params = params;
    device = context.openOrInvalid(params.device(), "Device lookup failed");
    start = params.start();
    flushSector = start - context.start();
    blockShift = Long.numberOfTrailingZeros(Sectors.ofBytes(params.blockSize()));
    if (context.remembered() != null) {
      read(Words.of(context.remembered()).list());
    }
  }

  private void read(List<String> memory) throws TargetException {
    for (int i = 0; i < memory.size(); i++) {
      if (i == 0) {
        enabled = memory.get(i).equals(FAILS);
      } else if (i == 1) {
        quiet = memory.get(i).equals(QUIET);
      } else {
        String[] block = memory.get(i).split(":", 2);
        bad.add(number(block[0]), block.length == 1 ? 0 : (int) number(block[1]) & 0xff);
      }
    }
  }

  @Override
  public void submit(Request request, int copy) {
    boolean flush = request.op() == Request.Op.FLUSH;
    long sector = flush ? flushSector : start + request.sector();
    if (enabled && fails(request.op(), sector >>> blockShift)) {
      request.complete(Outcome.EIO);
      return;
    }
    if (!flush) {
      request.sector(sector);
    }
    device.submit(request);
  }

  private boolean fails(Request.Op op, long block) {
    synchronized (bad) {
      return op == Request.Op.READ ? bad.contains(block) : bad.writeFails(block);
    }
  }

  @Override
  public long maxIoLength() {
    return Sectors.ofBytes(params.blockSize());
  }

  @Override
  public int copies(Request.Op op) {
    return op == Request.Op.WRITE_ZEROES ? 0 : 1;
  }

  @Override
  public List<DeviceArea> areas() {
    return List.of(new DeviceArea(device, start, params.length()));
  }

  @Override
  public String message(List<String> words) throws TargetException {
    String before;
    String answer;
    boolean changed;
    synchronized (bad) {
      before = memory();
      answer = handled(words);
      changed = !before.equals(memory());
    }
    // not under the lock, which the journal wants
    if (changed && !context.remember()) {
      synchronized (bad) {
        bad.clear();
        read(Words.of(before).list());
      }
      throw TargetException.notRemembered();
    }
    return answer;
  }

  private String handled(List<String> words) throws TargetException {
    return switch (words.size()) {
      case 1 -> command(words.get(0));
      case 2, 3 -> blockCommand(words);
      default ->
          throw new TargetException(
              Errno.EINVAL,
              "invalid number of arguments '" + words.size() + "'",
              "at most a message, a block and a count are expected");
    };
  }

  private String command(String word) throws TargetException {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "enable" -> enabled = true;
      case "disable" -> enabled = false;
      case QUIET -> quiet = !quiet;
      case "countbadblocks" -> {
        return "countbadblocks: " + bad.size() + " badblock(s) found";
      }
      case "clearbadblocks" -> {
        boolean any = bad.size() > 0;
        bad.clear();
        return "dust_clear_badblocks: " + (any ? "badblocks cleared" : "no badblocks found");
      }
      case "listbadblocks" -> {
        return bad.size() > 0 ? bad.lines() : "No blocks in badblocklist";
      }
      case "addbadblock", "removebadblock", "queryblock" ->
          throw new TargetException(
              Errno.EINVAL, word + " requires an additional argument", "no block given");
      default -> throw unrecognized(word);
    }
    return null;
  }

  private String blockCommand(List<String> words) throws TargetException {
    long block = number(words.get(1));
    int failingWrites = 0;
    if (words.size() == 3) {
      long count = number(words.get(2)) & 0xffff_ffffL;
      if (count > 255) {
        throw new TargetException(
            Errno.EINVAL,
            "selected write fail count out of range",
            count + ", at most 255 writes can be made to fail");
      }
      failingWrites = (int) count;
    }
    long blocks = device.sizeSectors() >>> blockShift;
    if (Long.compareUnsigned(block, blocks) > 0) {
      throw new TargetException(
          Errno.EINVAL,
          "selected block value out of range",
          Long.toUnsignedString(block) + ", the device has " + blocks);
    }
    String command = words.get(0).toLowerCase(Locale.ROOT);
    switch (command) {
      case "addbadblock" -> {
        if (!bad.add(block, failingWrites)) {
          throw refused("dust_add_block: block " + block + " already in badblocklist");
        }
        return null;
      }
      case "removebadblock", "queryblock" -> {
        if (words.size() == 3) {
          throw unrecognized(words.get(0));
        }
        return command.equals("queryblock") ? query(block) : remove(block);
      }
      default -> throw unrecognized(words.get(0));
    }
  }

  private String remove(long block) throws TargetException {
    if (!bad.remove(block)) {
      throw refused("dust_remove_block: block " + block + " not found in badblocklist");
    }
    return null;
  }

  private String query(long block) {
    return "dust_query_block: block "
        + block
        + (bad.contains(block) ? " found in badblocklist" : " not found in badblocklist");
  }

  /** Decimal digits, modulo 2<sup>64</sup>: a kernel does not mind how many they are. */
  private static long number(String word) throws TargetException {
    int i = 0;
    while (i < word.length() && Words.isBlank(word.charAt(i))) {
      i++;
    }
    int digits = i;
    long value = 0;
    while (i < word.length() && word.charAt(i) >= '0' && word.charAt(i) <= '9') {
      value = value * 10 + word.charAt(i++) - '0';
    }
    if (i == digits || i < word.length()) {
      throw new TargetException(
          Errno.EINVAL,
          "no number",
          "'" + word + "', expected decimal digits" + Mistyped.advice(word));
    }
    return value;
  }

  private TargetException refused(String kernelText) {
    return new TargetException(Errno.EINVAL, kernelText, "listbadblocks shows " + bad.size());
  }

  private static TargetException unrecognized(String word) {
    return new TargetException(
        Errno.EINVAL,
        "unrecognized message '" + word + "' received",
        "expected addbadblock, removebadblock, queryblock, countbadblocks, clearbadblocks,"
            + " listbadblocks, enable, disable or quiet, with what it needs");
  }

  @Override
  public String info() {
    synchronized (bad) {
      return Words.escape(device.word()) + ' ' + mode();
    }
  }

  private String mode() {
    return (enabled ? FAILS : "bypass") + ' ' + (quiet ? QUIET : "verbose");
  }

  /** The mode and the list, as they are. */
  @Override
  public String memory() {
    synchronized (bad) {
      return mode() + bad.words();
    }
  }

  @Override
  public String table() {
    return params.text(ref -> device.word());
  }
}
