package org.jdmsetup.engine.targets.dust;

import java.util.List;
import java.util.Locale;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.TargetException;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.text.Mistyped;
import org.jdmsetup.tables.text.Words;

/**
 * What messages set of a dust target: which blocks are bad, and whether reading them fails. Safe to
 * use from any thread.
 */
final class DustState {
  private static final String FAILS = "fail_read_on_bad_block";
  private static final String QUIET = "quiet";

  private final Backing device;
  private final int blockShift;

  // Guarded by this.
  private final BadBlocks bad = new BadBlocks();
  private boolean quiet;
  private volatile boolean enabled;

  /**
   * @param blockShift a block is 2<sup>this</sup> sectors
   */
  DustState(Backing device, int blockShift) {
    this.device = device;
    this.blockShift = blockShift;
  }

  /**
   * Whether a request that begins in this block fails. A write that does not fail repairs the
   * block.
   */
  boolean fails(Request.Op op, long block) {
    if (!enabled) {
      return false;
    }
    synchronized (this) {
      return op == Request.Op.READ ? bad.contains(block) : bad.writeFails(block);
    }
  }

  /** The mode and the list, as they are, for {@link #set}. */
  synchronized String savedState() {
    return mode() + bad.words();
  }

  /** Sets all that {@link #savedState} has told. */
  synchronized void set(String memory) throws TargetException {
    bad.clear();
    List<String> words = Words.of(memory).list();
    for (int i = 0; i < words.size(); i++) {
      if (i == 0) {
        enabled = words.get(i).equals(FAILS);
      } else if (i == 1) {
        quiet = words.get(i).equals(QUIET);
      } else {
        String[] block = words.get(i).split(":", 2);
        bad.add(number(block[0]), block.length == 1 ? 0 : (int) number(block[1]) & 0xff);
      }
    }
  }

  /** The words of the status: whether reads fail, and how much is logged. */
  synchronized String mode() {
    return (enabled ? FAILS : "bypass") + ' ' + (quiet ? QUIET : "verbose");
  }

  /**
   * Handles a message.
   *
   * @return the answer, null when there is none
   */
  synchronized String handle(List<String> words) throws TargetException {
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
}
