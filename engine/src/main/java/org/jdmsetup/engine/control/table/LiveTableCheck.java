package org.jdmsetup.engine.control.table;

import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.targets.DeviceArea;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;

/**
 * The tests of a table that is to become live: that devices are large enough, and that everything
 * is aligned to their logical blocks ({@code dm_calculate_queue_limits} and {@code
 * device_area_is_invalid} in the kernel). Texts are the kernel's.
 */
public final class LiveTableCheck {
  private final Table table;
  private final String device;

  /**
   * @param device how the kernel names the mapped device in its texts: {@code major:minor}
   */
  public LiveTableCheck(Table table, String device) {
    this.table = table;
    this.device = device;
  }

  public void run() throws Refusal {
    for (int i = 0; i < table.size(); i++) {
      int block = StackedLimits.ofRule(table.target(i)).logicalBlockSize();
      for (DeviceArea area : table.target(i).areas()) {
        checkArea(i, area, block);
      }
    }
    checkBoundaries();
  }

  private void checkArea(int rule, DeviceArea area, int block) throws Refusal {
    Sectors size = new Sectors(area.device().sizeSectors());
    Sectors start = area.start();
    Sectors length = area.length();
    if (size.isZero() && area.device().number() != null) {
      return; // as the kernel: the size of an empty device is not checked
    }
    if (size.isAtMost(start) || !length.isAtMost(size.minus(start))) {
      throw refusal(
          rule,
          area.device().description()
              + " too small for target: start="
              + start
              + ", len="
              + length
              + ", dev_size="
              + size);
    }
    if (block > Sectors.SIZE) {
      checkAligned(rule, "start", start, block, area);
      checkAligned(rule, "len", length, block, area);
    }
  }

  private void checkAligned(int rule, String what, Sectors value, int block, DeviceArea area)
      throws Refusal {
    if (!value.isMultipleOf(Sectors.ofBytes(block))) {
      throw refusal(
          rule,
          what
              + "="
              + value
              + " not aligned to h/w logical block size "
              + block
              + " of "
              + area.device().description());
    }
  }

  /**
   * Rules must meet at logical block boundaries of the whole table. A rule may end within a block
   * if the next one, whose own blocks are smaller, fills the rest of it with a whole number of
   * them.
   */
  private void checkBoundaries() throws Refusal {
    long block = Sectors.fromBytes(table.limits().logicalBlockSize());
    if (block == 1) {
      return;
    }
    long spill = 0;
    long end = 0;
    int line = 0;
    for (; line < table.size(); line++) {
      long length = table.rule(line).length().count();
      long own = Sectors.fromBytes(StackedLimits.ofDevices(table.target(line)).logicalBlockSize());
      if (spill < length && spill % own != 0) {
        break;
      }
      end += length;
      spill = end % block == 0 ? 0 : block - end % block;
    }
    if (spill > 0) {
      int last = Math.min(line, table.size() - 1);
      Rule rule = table.rule(last);
      // a kernel counts lines from 0, and for a table that ends unaligned says one too many
      throw refusal(
          last,
          "table line "
              + line
              + " (start sect "
              + rule.start()
              + " len "
              + rule.length()
              + ") not aligned to h/w logical block size "
              + table.limits().logicalBlockSize());
    }
  }

  private Refusal refusal(int rule, String text) {
    return new Refusal(
        Errno.EINVAL,
        "rule " + (rule + 1) + " (" + table.rule(rule).type() + "): " + device + ": " + text);
  }
}
