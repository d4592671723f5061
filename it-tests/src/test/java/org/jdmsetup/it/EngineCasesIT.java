package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdmsetup.it.cases.CaseComparison;
import org.jdmsetup.it.cases.CaseFile;
import org.jdmsetup.it.cases.ToolOrder;
import org.jdmsetup.it.world.Disks;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.KernelGuest;
import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.it.world.Recording;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.it.world.Share;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The same cases with the engine below: what our dmsetup does there is what the C tool does on the
 * kernel, but for device numbers and read-ahead, which are those of other devices.
 */
final class EngineCasesIT {
  @TestFactory
  Stream<DynamicTest> everyCaseIsAsTheCToolHasItOnTheKernel() throws Exception {
    Recording kernel = KernelWorld.cases();
    Requirement.blockNodes();
    Needs.tools("losetup", "unshare");
    List<String> paths = new ArrayList<>();
    Recording engine;
    Programs.Result driver;
    try (EngineWorld world = EngineWorld.open()) {
      for (long sectors : Disks.SECTORS) {
        paths.add(world.disk(sectors));
      }
      Path results = world.work().resolveSibling("results");
      world.set("CASES", System.getProperty("it.cases", ""));
      world.set("CLASSES", System.getProperty("java.class.path"));
      driver =
          world.privately(
              "exec '%s/bin/java' -Dit.cases=\"$CASES\" -cp \"$CLASSES\" org.jdmsetup.it.cases.CaseDriver %s engine OURS %s %s"
                  .formatted(
                      System.getProperty("java.home"),
                      results,
                      Share.WHOLE,
                      String.join(" ", paths)));
      engine = Recording.read(results);
      // It was asked to stay.
      world.daemon().ifPresent(ProcessHandle::destroy);
    }
    Disks kernels = new Disks(KernelGuest.DISKS);
    Disks engines = new Disks(paths);
    return CaseFile.all().stream()
        .filter(each -> each.note(CaseComparison.KERNEL).isEmpty())
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.id(),
                    () -> {
                      List<Programs.Result> actual = each.results(engine, ToolOrder.OURS);
                      if (actual.isEmpty()) {
                        fail("not run: " + driver);
                      }
                      CaseComparison comparison = new CaseComparison(each);
                      List<Programs.Result> expected =
                          normal(each.results(kernel, ToolOrder.C), kernels);
                      comparison
                          .difference(expected, normal(actual, engines))
                          .ifPresent(text -> fail(text));
                      comparison
                          .unexplained(expected, normal(actual, engines))
                          .ifPresent(text -> fail(text));
                    }));
  }

  private static List<Programs.Result> normal(List<Programs.Result> results, Disks disks) {
    return results.stream()
        .map(
            result ->
                new Programs.Result(
                    result.status(),
                    report(normal(result.out(), disks)),
                    normal(result.err(), disks)))
        .toList();
  }

  /** A report without the numbers of mapped devices, and without blanks that make up for them. */
  private static String report(String text) {
    return text.replaceAll(" +(7|254) +\\d+(?= [-L][-I][-s][rw])", " M m")
        .replaceAll("(number of [A-D]|M:m|DevNosUsed) +", "$1 ");
  }

  private static final Pattern NUMBER = Pattern.compile("\\b(7|254)(:|, )(\\d+)\\b");

  /**
   * Text with disks by their letters, and neither the numbers of mapped devices nor their
   * read-ahead.
   */
  private static String normal(String text, Disks disks) {
    String lettered = text;
    for (int i = 0; i < Disks.NAMES.size(); i++) {
      String name = disks.paths().get(i).substring("/dev/".length());
      lettered = lettered.replaceAll("\\b" + name + "\\b", Disks.NAMES.get(i));
    }
    String plain =
        lettered
            // And the C tool's complaint where it finds no node to ask for it.
            .replaceAll("Read Ahead: .*\\R|/dev/mapper/.*: open failed: .*\\R", "")
            .replaceAll(",\\d+,(ro|rw)", ",m,$1"); // --concise
    Matcher numbers = NUMBER.matcher(plain);
    return numbers.replaceAll(
        found -> {
          int disk = disks.paths().indexOf("/dev/loop" + found.group(3));
          boolean isDisk = found.group(1).equals("7") && disk >= 0;
          return isDisk ? "number of " + Disks.NAMES.get(disk) : "M" + found.group(2) + "m";
        });
  }
}
