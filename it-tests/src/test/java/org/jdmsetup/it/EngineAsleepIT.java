package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.it.world.Await;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where there are no devices, a command that only asks is answered at once, and no daemon is
 * started for it.
 */
final class EngineAsleepIT {
  private static final List<String> QUESTIONS =
      List.of(
          "ls",
          "ls --tree",
          "ls --json",
          "info",
          "info none",
          "info -c",
          "info -c none",
          "info --json",
          "info -u none",
          "info -j 7 -m 3",
          "status",
          "status none",
          "table",
          "table none",
          "table -S name=none",
          "deps",
          "deps none",
          "wait none",
          "remove_all",
          "--version",
          "version");

  private EngineWorld world;

  @BeforeEach
  void open() throws Exception {
    world = EngineWorld.open();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void questionsStartNoDaemonAndHaveTheAnswersOfOne() throws Exception {
    List<Programs.Result> answers = answers();
    assertFalse(Files.exists(world.run()), "a daemon was started");
    world.ok("dmsetup ls --keep-engine 2> /dev/null");
    assertTrue(world.daemon().isPresent());
    assertEquals(answers.toString(), answers().toString());
    world.ok("kill " + world.daemon().get().pid());
  }

  /** What all questions are answered, but for what the daemon is. */
  private List<Programs.Result> answers() throws Exception {
    List<Programs.Result> answers = new ArrayList<>();
    for (String question : QUESTIONS) {
      Programs.Result result = world.sh("dmsetup " + question);
      String err = result.err().replaceAll("(?m)^dmsetup: the driver is .*\n", "");
      answers.add(new Programs.Result(result.status(), question + "\n" + result.out(), err));
    }
    return answers;
  }

  @Test
  void versionsOfEverythingAreShownToPeople() throws Exception {
    String version = System.getProperty("it.version");
    Programs.Result asleep = world.sh("dmsetup version -v");
    assertEquals(
        "dmsetup: this is jdmsetup "
            + version
            + "\ndmsetup: the driver is jdmsetup engine, which has no devices: its daemon does not run\n",
        asleep.err());
    world.ok("dmsetup create zeroes --table '0 8 zero'");
    Programs.Result awake = world.sh("dmsetup -v version");
    assertTrue(
        awake.err().contains("the driver is jdmsetup engine " + version + ", pid "), awake.err());
    assertEquals(asleep.out(), awake.out());
  }

  @Test
  void aSessionThatOnlyAskedSeesADeviceThatCameMeanwhile() throws Exception {
    Process asking =
        world.start("exec dmsetup info -c --noheadings -o name --count 1000000 --interval 1");
    world.ok("dmsetup create zeroes --table '0 8 zero'");
    Await.nothing(
        Duration.ofSeconds(30),
        () -> world.printed(asking).contains("zeroes") ? "" : world.printed(asking));
    asking.destroy();
    asking.waitFor();
  }
}
