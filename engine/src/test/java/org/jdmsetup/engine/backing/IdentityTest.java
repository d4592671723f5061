package org.jdmsetup.engine.backing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known again by what, and what is taken for another. */
final class IdentityTest {

  /** {@code "wwid=naa.5, size=100"}. */
  private static Identity of(String facts) {
    Map<Fact, String> map = new EnumMap<>(Fact.class);
    for (String fact : facts.split(", ")) {
      String[] parts = fact.split("=");
      map.put(Fact.ofJournalKey(parts[0]), parts[1]);
    }
    return new Identity(map);
  }

  private static void same(String by, String remembered, String found) {
    assertEquals("SAME " + by, told(remembered, found));
  }

  private static void different(String by, String remembered, String found) {
    assertEquals("DIFFERENT " + by, told(remembered, found));
  }

  private static void undecided(String by, String remembered, String found) {
    assertEquals("UNDECIDED " + by, told(remembered, found));
  }

  private static String told(String remembered, String found) {
    IdentityMatch match = of(remembered).compare(of(found));
    List<String> by = match.decidingFacts().stream().map(Fact::journalKey).toList();
    return match.kind() + " " + String.join(" ", by);
  }

  @Test
  void aSequenceNumberProvesSomethingInItsBootOnly() {
    same("sequence", "boot=1, sequence=5, size=8", "boot=1, sequence=5, size=9");
    different("sequence", "boot=1, sequence=5, size=8", "boot=1, sequence=6, size=8");
    undecided("size", "boot=1, sequence=5, size=8", "boot=2, sequence=5, size=8");
    undecided("size", "boot=1, sequence=5, size=8", "boot=2, sequence=6, size=8");
    different("size", "boot=1, sequence=5, size=8", "boot=2, sequence=5, size=9");
    different("partition", "boot=1, sequence=5, partition=1", "boot=1, sequence=5, partition=2");
    different(
        "partition-uuid",
        "boot=1, sequence=5, partition-uuid=a",
        "boot=1, sequence=5, partition-uuid=b");
  }

  /** Journals of format 2 do not say in which boot they were written. */
  @Test
  void aSequenceNumberOfAnUnknownBootCanOnlySpeakAgainst() {
    undecided("", "sequence=5", "boot=2, sequence=5, wwid=naa.5");
    different("sequence", "sequence=5", "boot=2, sequence=6, wwid=naa.5");
  }

  @Test
  void whatSurvivesABootDecides() {
    same(
        "wwid", "boot=1, sequence=5, wwid=naa.5, size=8", "boot=2, sequence=5, wwid=naa.5, size=9");
    same(
        "wwid",
        "boot=1, sequence=5, wwid=naa.5",
        "boot=1, sequence=9, wwid=naa.5"); // pulled, put back
    same("serial", "serial=vol-1, model=x, size=8", "serial=vol-1, model=x, size=9");
    different("wwid", "boot=1, sequence=5, wwid=naa.5", "boot=2, sequence=5, wwid=naa.6");
    different("wwid", "wwid=naa.5, serial=1", "wwid=naa.6, serial=1");
    different("wwid", "wwid=naa.5, size=8", "size=8"); // a disk without any has come in its place
    undecided("size", "size=8", "wwid=naa.5, size=8");
    different("model", "model=x, size=8", "model=y, size=8");
    same("wwid partition", "wwid=naa.5, partition=1", "wwid=naa.5, partition=1");
    different("partition", "wwid=naa.5, partition=1", "wwid=naa.5, partition=2");
    same("dm-uuid", "dm-uuid=LVM-a, dm-name=vg-a", "dm-uuid=LVM-a, dm-name=vg-b");
    different("dm-name", "dm-name=a", "dm-name=b");
  }

  @Test
  void anInodeIsOneOfItsFileSystem() {
    same("inode file-system", "inode=7, file-system=aa", "inode=7, file-system=aa");
    different("file-system", "inode=7, file-system=aa", "inode=7, file-system=bb");
    different("born", "inode=7, born=1.5", "inode=7, born=2.5");
    different("generation", "inode=7, generation=1", "inode=7, generation=2");
    same("inode", "inode=7, backing-file=/a", "inode=7, backing-file=/a");
    different("backing-file", "inode=7, backing-file=/a", "inode=7, backing-file=/b");
    same(
        "inode born offset",
        "inode=7, born=1.5, offset=0, backing-file=/a",
        "inode=7, born=1.5, offset=0, backing-file=/b");
    different("offset", "inode=7, offset=0", "inode=7, offset=512");
    different("inode", "inode=7, backing-file=/a", "size=0");
  }

  @Test
  void whatACopyHasTooDecidesOnlyWhereNothingSpeaksAgainst() {
    different("model", "serial=0000, model=x", "serial=0000, model=y");
    different(
        "backing-file",
        "partition-uuid=a, partition=1, backing-file=/a",
        "partition-uuid=a, partition=1, backing-file=/b");
    same("wwid", "wwid=naa.5, model=x", "wwid=naa.5, model=y");
    different(
        "backing-file",
        "inode=7, offset=0, partition=0, backing-file=/a",
        "inode=7, offset=0, partition=0, backing-file=/b");
  }

  @Test
  void aCloneOrAnotherPathHasTheFactsOfADiskButNotOfAFile() {
    assertFalse(of("serial=1, wwid=a").compare(of("serial=1, wwid=a")).isUnique());
    assertFalse(of("partition-uuid=a").compare(of("partition-uuid=a")).isUnique());
    assertTrue(of("inode=7, born=1").compare(of("inode=7, born=1")).isUnique());
    assertTrue(of("boot=1, sequence=5").compare(of("boot=1, sequence=5")).isUnique());
  }

  @Test
  void whereNothingIsKnownNothingSpeaksAgainst() {
    assertEquals(
        IdentityMatch.Kind.UNDECIDED,
        Identity.NONE.compare(of("boot=1, sequence=5, wwid=a")).kind());
  }
}
