package org.jdmsetup.engine.control.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.check.InvalidTableException;
import org.jdmsetup.tables.check.MappingTable;
import org.junit.jupiter.api.Test;

/**
 * Discards are cut by the table's limits first, then at the ends of rules ({@code
 * bio_split_discard} and {@code __process_abnormal_io} of Linux 6.1).
 */
final class DiscardCutTest {
  private final List<String> seen = new ArrayList<>();

  /** Wants discards of at most 32 sectors in units of 8. */
  private final class Discarding implements Target {
    private final String name;

    Discarding(String name) {
      this.name = name;
    }

    @Override
    public void submit(Request request, int copy) {
      seen.add(name + " " + request.sector() + "+" + request.sectors());
      request.complete(Outcome.DONE);
    }

    @Override
    public int copies(Request.Op op) {
      return op == Request.Op.WRITE_ZEROES ? 0 : 1;
    }

    @Override
    public boolean discardsSupported() {
      return true;
    }

    @Override
    public void ioHints(Limits limits) {
      limits.maxDiscardSectors(35);
      limits.discardGranularityBytes(8 * 512);
    }
  }

  private final Table table = table();

  private Table table() {
    try {
      MappingTable mapping =
          MappingTable.of(
              List.of(
                  new Rule(Sectors.ZERO, new Sectors(40), "zero", ""),
                  new Rule(new Sectors(40), new Sectors(100), "zero", "")));
      Target[] targets = {new Discarding("a"), new Discarding("b")};
      return new Table(mapping, targets, false, List.of(), new OpenedBelow());
    } catch (InvalidTableException e) {
      throw new AssertionError(e);
    }
  }

  private int submit(Request.Op op, long sector, long sectors) {
    Request request = new Request(r -> {});
    table.requests().submit(request.start(op, sector, sectors, 0));
    assertEquals(false, request.detach());
    return request.outcome().number();
  }

  @Test
  void partsEndAtUnitsAndRules() {
    assertEquals(0, submit(Request.Op.DISCARD, 3, 100));
    assertEquals(List.of("a 3+29", "a 32+8", "b 0+24", "b 24+32", "b 56+7"), seen);
  }

  @Test
  void whatIsShortEnoughGoesAsItIs() {
    assertEquals(0, submit(Request.Op.DISCARD, 3, 32));
    assertEquals(List.of("a 3+32"), seen);
  }

  @Test
  void whatNoRuleCanDoIsNotSupported() {
    assertEquals(Errno.EOPNOTSUPP.number(), submit(Request.Op.WRITE_ZEROES, 0, 8));
    assertEquals(List.of(), seen);
  }
}
