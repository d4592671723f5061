package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.tables.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that come at the same time, by half, or while the table that they are for is going. */
@Timeout(60)
final class MessagesTest {
  @TempDir Path directory;

  private EngineFixture engine;
  private String paths;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectory(directory.resolve("run"));
    String a = EngineFixture.file(directory, "a", 4096);
    String b = EngineFixture.file(directory, "b", 4096);
    paths = a + " 0 " + b + " 0";
    engine = new EngineFixture(directory.resolve("run"));
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private int message(String text) {
    return engine.message("vol", text).errno();
  }

  private String regions() {
    return engine.engine.devices().named("vol").live().target(0).savedState();
  }

  private static String everyOther(int first, int path) {
    List<String> words = new ArrayList<>(List.of("set_region_mappings"));
    for (int region = first; region < 32; region += 2) {
      words.add(Integer.toHexString(region) + ":" + path);
    }
    return String.join(" ", words);
  }

  @Test
  void twoMessagesAtOnceBothHaveTheirEffect() {
    engine.device("vol", "0 256 switch 2 8 0 " + paths);
    List<String> expected = new ArrayList<>();
    for (int path = 0; path < 2; path++) {
      message(everyOther(0, path));
      message(everyOther(1, path));
      expected.add(regions());
    }
    for (int round = 0; round < 500; round++) {
      int path = round % 2;
      CompletableFuture<Integer> even =
          CompletableFuture.supplyAsync(() -> message(everyOther(0, path)));
      int odd = message(everyOther(1, path));
      assertEquals(0, odd | even.join());
      assertEquals(expected.get(path), regions());
    }
  }

  @Test
  void whatAMessageDidBeforeItWasRefusedSurvivesARestart() {
    engine.device("vol", "0 256 switch 2 8 0 " + paths);
    assertEquals(Errno.EINVAL.number(), message("set_region_mappings 0:1 zz"));
    String before = regions();
    assertTrue(before.startsWith("0:1"), before);
    engine.close();
    engine = new EngineFixture(directory.resolve("run"));
    assertEquals(before, regions());
  }

  @Test
  void aTableInUseIsNotDestroyedAndALaterMessageFindsTheNewOne() throws Exception {
    engine.device("vol", "0 256 switch 2 8 0 " + paths);
    MappedDevice vol = engine.engine.devices().named("vol");
    Table used = vol.retainTable(false);
    engine.load("vol", "0 256 zero");
    CompletableFuture<Integer> resumed =
        CompletableFuture.supplyAsync(() -> engine.resume("vol").errno());
    while (vol.live() == used) {
      Thread.onSpinWait();
    }
    assertFalse(resumed.isDone(), "the table goes although it is in use");
    used.release();
    assertEquals(0, resumed.get(30, TimeUnit.SECONDS));
    assertFalse(used.retain());
    assertEquals(Errno.EINVAL.number(), message("set_region_mappings 0:1")); // zero has none
  }
}
