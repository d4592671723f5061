package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdmsetup.it.cases.CaseComparison;
import org.jdmsetup.it.cases.CaseFile;
import org.jdmsetup.it.cases.CommandCase;
import org.jdmsetup.it.cases.ToolOrder;
import org.jdmsetup.it.world.KernelWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case on the real kernel: our dmsetup does what the C tool does, and each goes on where the
 * other stopped without either's output changing.
 */
final class KernelCasesIT {
  @TestFactory
  Stream<DynamicTest> everyCaseIsAsTheCToolHasIt() throws IOException {
    KernelWorld world = KernelWorld.get();
    writeTranscript(world);
    return CaseFile.all().stream()
        .map(each -> DynamicTest.dynamicTest(each.id(), () -> check(world, each)));
  }

  /** Leaves target/kernel-cases.txt: every case as the C tool plays it, for people to read. */
  private static void writeTranscript(KernelWorld world) throws IOException {
    StringBuilder text = new StringBuilder();
    for (CommandCase each : CaseFile.all()) {
      text.append("== ").append(each.id()).append('\n');
      List<Programs.Result> results = each.results(world.recording(), ToolOrder.C);
      for (int i = 0; i < results.size(); i++) {
        Programs.Result result = results.get(i);
        text.append(each.recorded().get(i).line()).append('\n');
        each.recorded().get(i).input().lines().forEach(line -> text.append("< " + line + "\n"));
        result.out().lines().forEach(line -> text.append("    ").append(line).append('\n'));
        result.err().lines().forEach(line -> text.append("  ! ").append(line).append('\n'));
        if (result.status() != 0) {
          text.append("  exit status ").append(result.status()).append('\n');
        }
      }
    }
    Files.writeString(Path.of("target", "kernel-cases.txt"), text);
  }

  private static void check(KernelWorld world, CommandCase each) {
    List<Programs.Result> expected = each.results(world.recording(), ToolOrder.C);
    if (expected.size() < each.steps().size()) {
      fail("the C tool did not get through this case. " + world.explanation());
    }
    for (Programs.Result result : expected) {
      assertEquals(true, result.status() >= 0, "the C tool did not end in time: " + expected);
    }
    for (ToolOrder order : List.of(ToolOrder.OURS, ToolOrder.C_THEN_OURS, ToolOrder.OURS_THEN_C)) {
      if (!each.isPlayedIn(order)) {
        continue;
      }
      List<Programs.Result> actual = each.results(world.recording(), order);
      if (actual.isEmpty()) {
        fail("not run as " + order + ". " + world.explanation());
      }
      Optional<String> difference = new CaseComparison(each).difference(expected, actual);
      difference.ifPresent(text -> fail("as " + order + ": " + text));
    }
    new CaseComparison(each)
        .unexplained(expected, each.results(world.recording(), ToolOrder.OURS))
        .ifPresent(text -> fail(text));
  }
}
