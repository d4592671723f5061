package org.jdmsetup.engine.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.Test;

/**
 * {@code 8 800 dust 8:0 16 1024} on a disk of 500 blocks: what fails and what repairs; messages as
 * in the kernel document admin-guide/device-mapper/dm-dust.
 */
final class DustTargetTest {
  private static final int EIO = Errno.EIO.number();

  private final List<String> seen = new ArrayList<>();
  private final Target target =
      new TestContext(800, ref -> new RecordingDisk(ref, seen)).at(8).make("dust", "8:0 16 1024");

  private int submit(Request.Op op, long sector, long sectors) {
    Request request = new Request(r -> {}).start(op, sector, sectors, 0);
    target.submit(request, 0);
    return request.outcome().number();
  }

  private String message(String text) {
    try {
      return target.message(List.of(text.split(" ")));
    } catch (TargetException e) {
      throw new AssertionError(text, e);
    }
  }

  private String refusal(String text) {
    TargetException e =
        assertThrows(TargetException.class, () -> target.message(List.of(text.split(" "))));
    assertEquals(Errno.EINVAL.number(), e.errno());
    return e.kernelText();
  }

  @Test
  void blocksAreCountedOnTheDisk() {
    message("addbadblock 9");
    message("enable");
    assertEquals(0, submit(Request.Op.READ, 1, 1)); // sector 17 of the disk
    assertEquals(EIO, submit(Request.Op.READ, 2, 1));
    assertEquals(EIO, submit(Request.Op.READ, 3, 1));
    assertEquals(0, submit(Request.Op.READ, 4, 1));
    assertEquals(List.of("8:0 17+1", "8:0 20+1"), seen);
    assertEquals(2, target.maxIoLength().count());
  }

  @Test
  void aWriteRepairs() {
    message("addbadblock 9");
    message("enable");
    assertEquals(0, submit(Request.Op.WRITE, 2, 1));
    assertEquals("No blocks in badblocklist", message("listbadblocks"));
    assertEquals(0, submit(Request.Op.READ, 2, 1));
  }

  @Test
  void asManyWritesFailAsWereAskedFor() {
    message("addbadblock 9 2");
    message("enable");
    assertEquals(EIO, submit(Request.Op.WRITE, 2, 1));
    assertEquals(EIO, submit(Request.Op.READ, 2, 1));
    assertEquals(EIO, submit(Request.Op.WRITE, 2, 1));
    assertEquals(0, submit(Request.Op.WRITE, 2, 1));
    assertEquals(0, submit(Request.Op.READ, 2, 1));
  }

  @Test
  void nothingFailsOrIsRepairedUntilItIsEnabled() {
    message("addbadblock 9 1");
    assertEquals(0, submit(Request.Op.WRITE, 2, 1));
    assertEquals(0, submit(Request.Op.READ, 2, 1));
    assertEquals("9\n", message("listbadblocks"));
    message("enable");
    message("disable");
    assertEquals(0, submit(Request.Op.READ, 2, 1));
  }

  @Test
  void aDiscardRepairsTheBlockInWhichItBegins() {
    message("addbadblock 9");
    message("addbadblock 10");
    message("enable");
    assertEquals(0, submit(Request.Op.DISCARD, 2, 100));
    assertEquals("10\n", message("listbadblocks"));
  }

  @Test
  void aFlushIsAWriteBeforeTheRule() {
    message("addbadblock 4 1"); // sector 8: the offset of 16 less the rule's start
    message("addbadblock 8");
    message("enable");
    assertEquals(EIO, submit(Request.Op.FLUSH, 0, 0));
    assertEquals(List.of(), seen);
    assertEquals(0, submit(Request.Op.FLUSH, 0, 0));
    assertEquals(List.of("8:0 0+0"), seen);
    assertEquals("8\n", message("listbadblocks"));
  }

  @Test
  void theListIsKeptInOrder() {
    for (int block : new int[] {70, 3, 500, 9, 1, 20, 33, 2, 400, 41}) {
      assertNull(message("addbadblock " + block));
    }
    assertNull(message("removebadblock 9"));
    assertEquals("1\n2\n3\n20\n33\n41\n70\n400\n500\n", message("listbadblocks"));
    assertEquals("countbadblocks: 9 badblock(s) found", message("COUNTbadblocks"));
    assertEquals("dust_query_block: block 70 found in badblocklist", message("queryblock 70"));
    assertEquals("dust_query_block: block 9 not found in badblocklist", message("queryblock 9"));
    assertEquals("dust_clear_badblocks: badblocks cleared", message("clearbadblocks"));
    assertEquals("dust_clear_badblocks: no badblocks found", message("clearbadblocks"));
    assertEquals("countbadblocks: 0 badblock(s) found", message("countbadblocks"));
  }

  @Test
  void whatIsNoMessageIsRefused() {
    assertEquals("addbadblock requires an additional argument", refusal("addbadblock"));
    assertEquals("QueryBlock requires an additional argument", refusal("QueryBlock"));
    assertEquals("unrecognized message 'nonsense' received", refusal("nonsense"));
    assertEquals("unrecognized message 'enable' received", refusal("enable 1"));
    assertEquals("unrecognized message 'queryblock' received", refusal("queryblock 1 1"));
    assertEquals("invalid number of arguments '4'", refusal("addbadblock 1 1 1"));
    assertEquals("selected block value out of range", refusal("addbadblock 501"));
    assertEquals("selected block value out of range", refusal("nonsense 501"));
    assertEquals("selected write fail count out of range", refusal("addbadblock 501 256"));
    message("addbadblock 500 255");
    assertEquals("dust_add_block: block 500 already in badblocklist", refusal("addbadblock 500"));
    assertEquals(
        "dust_remove_block: block 1 not found in badblocklist", refusal("removebadblock 1"));
    for (String word : List.of("x", "+1", "0x1", "1x")) {
      refusal("addbadblock " + word);
      refusal("addbadblock 7 " + word);
    }
    assertEquals("500\n", message("listbadblocks"));
  }

  @Test
  void numbersWrapAround() {
    message("addbadblock 18446744073709551618 4294967296");
    message("enable");
    assertEquals("2\n", message("listbadblocks"));
  }

  @Test
  void theListOutlivesTheEngine() {
    message("addbadblock 9 2");
    message("addbadblock 10");
    message("enable");
    message("quiet");
    TestContext later = new TestContext(800, ref -> new RecordingDisk(ref, seen));
    Target again = later.remembering(target.savedState()).make("dust", "8:0 16 1024");
    assertEquals("8:0 fail_read_on_bad_block quiet", again.info());
    assertEquals("fail_read_on_bad_block quiet 9:2 10", again.savedState());
  }

  @Test
  void statusSaysTheMode() {
    assertEquals("8:0 bypass verbose", target.info());
    message("Enable");
    message("quiet");
    assertEquals("8:0 fail_read_on_bad_block quiet", target.info());
    message("quiet");
    message("disable");
    assertEquals("8:0 bypass verbose", target.info());
    assertEquals("8:0 16 1024", target.table());
  }
}
