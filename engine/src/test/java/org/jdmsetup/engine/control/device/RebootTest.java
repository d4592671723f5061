package org.jdmsetup.engine.control.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdmsetup.engine.backing.Fact;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.journal.DeviceRecord;
import org.jdmsetup.engine.control.journal.Journal;
import org.jdmsetup.engine.control.journal.SavedTable;
import org.jdmsetup.engine.expose.BlockNodes;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a daemon makes of a journal that was written before the machine was booted anew: numbers and
 * paths may mean other disks and files by now. The journal is given another boot to have been
 * written in.
 */
final class RebootTest {
  @TempDir Path directory;

  private final List<String> loops = new ArrayList<>();
  private Path run;

  @BeforeEach
  void prepare() throws IOException {
    run = Files.createDirectory(directory.resolve("run"));
  }

  @AfterEach
  void detach() throws Exception {
    for (String loop : loops) {
      Programs.run("losetup", "--detach", loop);
    }
  }

  private String file(String name) throws IOException {
    return EngineFixture.file(directory, name, 2000);
  }

  private String attach(String file, String where) throws Exception {
    String found = Programs.run("losetup", "--show", where, file).strip();
    String loop = found.isEmpty() ? where : found;
    loops.add(loop);
    return loop;
  }

  private void detach(String loop) throws Exception {
    Programs.run("losetup", "--detach", loop);
    loops.remove(loop);
  }

  private static String number(String loop) throws IOException {
    return Files.readString(Path.of("/sys/block", loop.substring(5), "dev")).strip();
  }

  private void journal(String... table) throws IOException {
    try (EngineFixture before = new EngineFixture(run)) {
      before.device("vol", table);
      end(before);
    }
  }

  /** Lets go of the disks, as the end of a process does, and leaves the journal. */
  private void end(EngineFixture engine) throws IOException {
    Map<Path, byte[]> kept = new TreeMap<>();
    try (Stream<Path> files = Files.list(run.resolve("journal"))) {
      for (Path file : files.toList()) {
        kept.put(file, Files.readAllBytes(file));
      }
    }
    assertEquals(0, engine.remove("vol").errno());
    for (Map.Entry<Path, byte[]> file : kept.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
  }

  /** Has the journal remember something else of all that its tables use. */
  private void remember(Consumer<Map<Fact, String>> change) throws IOException {
    Journal journal = new Journal(run.resolve("journal"));
    for (Journal.Entry entry : journal.read(new ArrayList<>())) {
      DeviceRecord was = entry.record();
      Map<String, Identity> uses = new TreeMap<>();
      was.active()
          .uses()
          .forEach(
              (word, identity) -> {
                Map<Fact, String> facts = new EnumMap<>(Fact.class);
                facts.putAll(identity.facts());
                change.accept(facts);
                uses.put(word, new Identity(facts));
              });
      SavedTable table =
          new SavedTable(
              was.active().readOnly(), uses, was.active().rules(), was.active().targetStates());
      journal.write(entry.file(), was.swapped(table, null));
    }
  }

  private void rememberLittle(String size) throws IOException {
    remember(
        facts -> {
          facts.keySet().retainAll(List.of(Fact.PATH, Fact.SEQUENCE));
          facts.put(Fact.BOOT, "one-before-this");
          facts.put(Fact.SIZE, size);
        });
  }

  private void reboot() throws IOException {
    remember(facts -> facts.put(Fact.BOOT, "one-before-this"));
  }

  private static void assertWaits(EngineFixture engine, String... reasons) {
    assertEquals(1, engine.restored.problems().size());
    for (String reason : reasons) {
      String problem = engine.restored.problems().get(0);
      assertTrue(problem.contains(reason), problem + "\nsays not: " + reason);
    }
    assertEquals(DmFlag.SUSPEND, engine.flags("vol") & (DmFlag.SUSPEND | DmFlag.ACTIVE_PRESENT));
  }

  @Test
  void aFileIsKnownAgainByItsInode() throws Exception {
    String disk = file("disk");
    journal("0 8 linear " + disk + " 0");
    reboot();
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
      assertEquals(List.of(), after.restored.recognized(), "that is what anybody expects");
      assertEquals(List.of("0 8 linear " + disk + " 0"), after.table("vol"));
    }
  }

  /** Rebooted or not: a copy is not what the table was made of, and older perhaps. */
  @Test
  void anotherFileInItsPlaceIsNotTakenForIt() throws Exception {
    String disk = file("disk");
    journal("0 8 linear " + disk + " 0");
    Path away = directory.resolve("away");
    Files.move(Path.of(disk), away);
    file("disk");
    try (EngineFixture after = new EngineFixture(run)) {
      assertWaits(after, disk + " is another one now: found inode ", ", expected inode ");
      assertTrue(after.resume("vol").reason().contains("is another one now"));
      Files.move(away, Path.of(disk), StandardCopyOption.REPLACE_EXISTING);
      assertEquals(0, after.resume("vol").errno());
      assertEquals(List.of("0 8 linear " + disk + " 0"), after.table("vol"));
    }
  }

  @Test
  void anotherFileInItsPlaceIsTakenByWhoLoadsItAnew() throws Exception {
    String disk = file("disk");
    journal("0 8 linear " + disk + " 0");
    Files.move(Path.of(disk), directory.resolve("away"));
    file("disk");
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(0, after.load("vol", "0 8 linear " + disk + " 0").errno());
      assertEquals(0, after.resume("vol").errno());
    }
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
    }
  }

  @Test
  void aFileOfWhichNothingIsKnownIsKnownAgainByItsPathAndThatIsSaid() throws Exception {
    String disk = file("disk");
    journal("0 8 linear " + disk + " 0");
    remember(
        facts -> {
          facts.clear();
          facts.put(Fact.BOOT, "one-before-this");
        });
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
      assertEquals(
          List.of(disk + " is known again by its path alone"), after.restored.recognized());
    }
  }

  @Test
  void aLoopDeviceIsFoundByItsFileWhateverNumberItHas() throws Exception {
    BlockNodes.needed();
    String mine = file("mine");
    String theirs = file("theirs");
    String before = attach(mine, "--find");
    journal("0 8 linear " + number(before) + " 5");
    detach(before);
    attach(theirs, "--find"); // before, unless somebody is faster and has that number
    String moved = attach(mine, "--find");
    reboot();
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
      assertEquals(List.of("0 8 linear " + number(moved) + " 5"), after.table("vol"));
      String said = after.restored.recognized().get(0);
      assertTrue(
          said.startsWith(moved + " (" + number(moved) + "), " + number(before) + " before,"),
          said);
      assertTrue(said.contains("is known again by its inode "), said);
      end(after);
    }
    // and once more, from what the daemon that moved it has journalled
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of("0 8 linear " + number(moved) + " 5"), after.table("vol"));
      assertEquals(List.of(), after.restored.recognized());
    }
  }

  @Test
  void aLoopDeviceOfAnotherFileIsNotTakenThoughSequenceAndPathAreTheSame() throws Exception {
    BlockNodes.needed();
    String loop = attach(file("mine"), "--find");
    String number = number(loop);
    journal("0 8 linear " + number + " 5");
    detach(loop);
    attach(file("theirs"), loop);
    String sequence = Files.readString(Path.of("/sys/block", loop.substring(5), "diskseq")).strip();
    remember(
        facts -> {
          facts.put(Fact.BOOT, "one-before-this");
          facts.put(Fact.SEQUENCE, sequence);
        });
    try (EngineFixture after = new EngineFixture(run)) {
      assertWaits(after, number + " is another one now: found inode ", ", expected inode ");
    }
  }

  @Test
  void aDiskOfWhichNothingElseIsKnownIsTakenByItsPathIfItsSizeIsTheSame() throws Exception {
    BlockNodes.needed();
    String loop = attach(file("mine"), "--find");
    String number = number(loop);
    journal("0 8 linear " + number + " 5");
    rememberLittle("2000");
    try (EngineFixture after = new EngineFixture(run)) {
      assertEquals(List.of(), after.restored.problems());
      assertEquals(
          List.of(
              loop
                  + " ("
                  + number
                  + ") is known again by its path alone with the same size in sectors 2000"),
          after.restored.recognized());
      end(after);
    }
    rememberLittle("1999");
    try (EngineFixture after = new EngineFixture(run)) {
      assertWaits(after, "found size in sectors 2000, expected size in sectors 1999");
    }
  }

  @Test
  void aJournalOfFormat2IsReadAsOneOfAnUnknownBoot() {
    DeviceRecord record =
        DeviceRecord.parse(
            """
            jdmsetup device 2
            name vol
            uuid\s
            number 7:0
            nodes /dev/mapper
            event 3
            state typed
            active rw
            uses 7:9 device 000000000000001.device
            uses 8:16 disk 12
            0 8 linear 8:16 0
            8 8 linear 7:9 0
            memory x
            16 8 linear /a 0
            """);
    assertEquals(
        Map.of(
            "7:9",
            Identity.ofDevice("000000000000001.device"),
            "8:16",
            new Identity(Map.of(Fact.SEQUENCE, "12"))),
        record.active().uses());
    assertEquals(List.of("", "x", ""), record.active().targetStates());
    assertEquals(record, DeviceRecord.parse(record.text()), "as format 3");
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> DeviceRecord.parse(text))
        .getMessage();
  }

  @Test
  void whatTheJournalCannotHoldIsNamed() {
    String head = "name vol\nuuid \nnumber 7:0\nnodes /dev\nevent 0\nstate \n";
    String text = "jdmsetup device 3\n" + head;
    assertEquals(
        "the first line is 'jdmsetup device 4', expected 'jdmsetup device 3' or 'jdmsetup device 2'",
        refusal("jdmsetup device 4\n" + head));
    assertEquals(
        "line 10: 'colour' is nothing that a disk or file is known by",
        refusal(text + "active rw\nuses 8:16\nknown colour green\n0 8 linear 8:16 0\n"));
    assertEquals(
        "line 9: '8:x' is no device number",
        refusal(text + "active rw\nuses 8:x\nknown size 8\n0 8 linear 8:16 0\n"));
    assertEquals(
        "line 4: '7' is no device number", refusal(text.replace("number 7:0", "number 7")));
    assertEquals("line 6: 'x' is no number", refusal(text.replace("event 0", "event x")));
    assertEquals(
        "line 9 does not say what is used",
        refusal(
            "jdmsetup device 2\n" + head + "active rw\nuses 8:16 colour 3\n0 8 linear 8:16 0\n"));
  }
}
