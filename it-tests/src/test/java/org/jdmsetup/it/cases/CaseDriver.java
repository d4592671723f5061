package org.jdmsetup.it.cases;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jdmsetup.it.world.Disks;
import org.jdmsetup.it.world.Recording;
import org.jdmsetup.it.world.Share;
import org.jdmsetup.testing.Programs;
import org.jdmsetup.testing.Trees;

/**
 * Runs every case, from the same clean state each time, and records what its commands do. A program
 * of its own, so that it can run in a guest, where a JVM for each command would take minutes:
 * {@code CaseDriver RESULTS BACKEND ORDERS SHARE DISK...}, in an empty working directory that is
 * the cases' own.
 */
final class CaseDriver {
  private final Tool theirs = new ProcessTool();
  private final Tool ours = new OurTool();
  private final Disks disks;
  private final Map<String, String> environment = new HashMap<>();
  private final boolean kernel;

  private CaseDriver(String backend, Disks disks) {
    this.disks = disks;
    this.kernel = backend.equals("kernel");
    // There is no udev in the guest: the tools make the nodes.
    environment.put("DM_DISABLE_UDEV", "1");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("JDMSETUP_BACKEND", backend);
    String run = System.getenv("JDMSETUP_RUN_DIR");
    if (run != null) {
      environment.put("JDMSETUP_RUN_DIR", run);
    }
    for (int i = 0; i < Disks.NAMES.size(); i++) {
      environment.put(Disks.NAMES.get(i), disks.paths().get(i));
    }
  }

  public static void main(String[] args) throws Exception {
    List<String> words = Arrays.asList(args);
    CaseDriver driver = new CaseDriver(words.get(1), new Disks(words.subList(4, words.size())));
    Set<ToolOrder> orders =
        Arrays.stream(words.get(2).split(","))
            .map(ToolOrder::valueOf)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(ToolOrder.class)));
    if (!driver.kernel) {
      // One daemon for all cases, which therefore need not say that it started.
      driver.ours.run(List.of("dmsetup", "--keep-engine", "ls"), "", driver.environment);
    }
    try (Recording.Writer results = new Recording.Writer(Path.of(words.get(0)))) {
      for (CommandCase commandCase : Share.parse(words.get(3)).of(CaseFile.all())) {
        if (!driver.kernel && commandCase.note(CaseComparison.KERNEL).isPresent()) {
          continue;
        }
        for (ToolOrder order : orders) {
          if (commandCase.isPlayedIn(order)) {
            driver.clean();
            driver.run(commandCase, order, results);
          }
        }
      }
      driver.clean();
    }
    // A command that hangs would keep the process.
    System.exit(0);
  }

  private void run(CommandCase commandCase, ToolOrder order, Recording.Writer results)
      throws IOException, InterruptedException, ExecutionException {
    Map<String, String> env = new HashMap<>(environment);
    commandCase
        .note(CaseComparison.ENV)
        .ifPresent(
            settings -> {
              for (String setting : settings.split(" ")) {
                String[] parts = setting.split("=", 2);
                env.put(parts[0], parts[1]);
              }
            });
    List<CompletableFuture<Programs.Result>> background = new ArrayList<>();
    int command = 0;
    for (CommandCase.Step step : commandCase.steps()) {
      List<String> words = step.words().stream().map(disks::expand).toList();
      String input = disks.expand(step.input());
      if (step.kind() == CommandCase.Kind.SHELL) {
        List<String> shell = List.of("/bin/sh", "-c", step.words().get(0));
        results.add(commandCase.id(), order.name(), theirs.run(shell, input, env));
        continue;
      }
      Tool tool = order.isC(command++) ? theirs : ours;
      if (step.kind() == CommandCase.Kind.COMMAND) {
        results.add(commandCase.id(), order.name(), tool.run(words, input, env));
      } else {
        background.add(start(tool, words, input, env));
      }
    }
    for (CompletableFuture<Programs.Result> result : background) {
      results.add(commandCase.id(), order.name(), result.get());
    }
  }

  private static CompletableFuture<Programs.Result> start(
      Tool tool, List<String> words, String input, Map<String, String> env) {
    CompletableFuture<Programs.Result> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(tool.run(words, input, env));
              } catch (IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            },
            "background command");
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** Removes every device, node and file that a case left. */
  private void clean() throws IOException, InterruptedException {
    Programs.Result removed =
        (kernel ? theirs : ours).run(List.of("dmsetup", "remove_all", "--force"), "", environment);
    if (removed.err().contains("Unable to remove")) {
      throw new IllegalStateException("a case left what cannot be removed: " + removed.err());
    }
    empty(Path.of("/dev/mapper"));
    empty(Path.of(""));
  }

  /** Deletes all that is in a directory but the driver's node. */
  private static void empty(Path directory) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
      for (Path entry : left) {
        if (!entry.endsWith("control")) {
          Trees.delete(entry);
        }
      }
    }
  }
}
