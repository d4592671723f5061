package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Product;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The launchers find their package and a Java from wherever they are called, and the JVM stays out
 * of sight.
 */
final class LauncherIT {
  private EngineWorld world;

  @BeforeEach
  void open() throws Exception {
    world = EngineWorld.open();
    world.set("JAVA_HOME", ""); // it is found by PATH
    // The daemon runs, so that what it says of itself when it starts has been said.
    world.ok("dmsetup create anchor --table '0 8 zero'");
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void fromAnotherDirectory() throws Exception {
    assertRuns("cd / && dmsetup ls");
    assertRuns("cd /usr/lib && '" + Product.dmsetup() + "' ls");
    assertRuns("cd '" + Product.directory() + "' && bin/dmsetup ls");
    assertRuns("cd '" + Product.directory().resolve("bin") + "' && ./dmsetup ls");
  }

  @Test
  void throughAChainOfSymbolicLinks() throws Exception {
    world.ok(
        """
        mkdir one two 'th ree'
        ln -s '%s' one/dmsetup
        ln -s ../one/dmsetup two/dmsetup
        ln -s "$PWD/two/dmsetup" 'th ree/dmsetup'
        """
            .formatted(Product.dmsetup()));
    assertRuns("'th ree/dmsetup' ls");
    assertRuns("PATH=\"$PWD/th ree:$PATH\" dmsetup ls");
    assertRuns("cd two && ./dmsetup ls");
  }

  @Test
  void throughASymbolicLinkToItsDirectory() throws Exception {
    world.ok("ln -s '" + Product.directory().resolve("bin") + "' 'the bin'");
    assertRuns("'the bin/dmsetup' ls");
    assertRuns("'the bin/../bin/dmsetup' ls");
    assertRuns("cd 'the bin' && ./dmsetup ls");
  }

  @Test
  void fromAnArchiveUnpackedWhereThereAreBlanks() throws Exception {
    world.ok(
        "mkdir 'a place' && cd 'a place' && tar -xzf '%s' && mv jdmsetup-* 'moved again'"
            .formatted(Product.archive()));
    assertRuns("cd 'a place' && 'moved again/bin/dmsetup' ls");
    assertRuns(
        "'a place/moved again/bin/dmsetup' create z --table '0 8 zero' >/dev/null 2>&1; 'a place/moved again/bin/dmsetup' remove z && 'a place/moved again/bin/dmsetup' ls");
  }

  @Test
  void onEveryJavaThatIsInstalled() throws Exception {
    for (String java : javas()) {
      world.set("JAVA_HOME", java);
      assertRuns("dmsetup ls");
      world.ok(
          "dmsetup create z --table '0 8 zero' 2> /dev/null; dmsetup table z | grep zero; dmsetup remove z");
    }
  }

  @Test
  void nothingOfTheJvmIsPrinted() throws Exception {
    for (String settings :
        List.of(
            "JAVA_TOOL_OPTIONS=-Dx=y",
            "JDK_JAVA_OPTIONS=-Dx=y",
            "_JAVA_OPTIONS=-Dx=y",
            "LC_ALL=C",
            "LC_ALL=",
            "TERM=")) {
      assertRuns("env " + settings + " dmsetup ls");
    }
    Programs.Result help = world.sh("dmsetup help");
    assertEquals("", help.out());
    assertTrue(help.err().startsWith("Usage:\n\ndmsetup\n"), help.err());
  }

  @Test
  void theOtherNames() throws Exception {
    for (String name : List.of("dmlosetup", "dmstats")) {
      assertTrue(Files.isExecutable(Product.directory().resolve("bin").resolve(name)), name);
      assertEquals("", world.sh(name + " --frobnicate").out());
    }
  }

  @Test
  void wherePackagesAreMovedTheirClassesComeFromTheArchive() throws Exception {
    world.ok("tar -xzf '%s' && mv jdmsetup-* 'a place'".formatted(Product.archive()));
    String place = "a place";
    for (String next : List.of("co:lon", "per%20cent", "nön", "'\"\\# \n")) {
      rename(place, next);
      place = next;
      for (String java : javas()) {
        world.set("JAVA_HOME", java);
        assertEquals(List.of(), classesFromTheJar(place), next + " on " + java);
      }
    }
    world.ok("rm -r */lib/archive && */lib/make-archive --all");
    for (String java : javas()) {
      world.set("JAVA_HOME", java);
      assertEquals(List.of(), classesFromTheJar(place), "made there, on " + java);
    }
    rename(place, "plain");
    assertEquals(List.of(), classesFromTheJar("plain"), "made in another place");
  }

  @Test
  void anArchiveThatAJvmCannotUseIsNotLeftThere() throws Exception {
    world.ok(
        """
        tar -xzf '%s' && mv jdmsetup-* package && rm -r package/lib/archive
        mkdir -p java/bin && cp '%s/release' java
        cat > java/bin/java <<'END'
        #!/bin/sh
        for word do
          case $word in
            -XX:ArchiveClassesAtExit=* | -XX:AOTCache=*)
              [ -e "${word#*=}" ] || { echo nonsense > "${word#*=}"; exit; } ;;
            -XX:AOTMode=record) exit ;;
          esac
        done
        exec '%s/bin/java' "$@"
        END
        chmod 755 java/bin/java
        """
            .formatted(Product.archive(), javas().get(0), javas().get(0)));
    world.set("JAVA_HOME", world.work().resolve("java").toString());
    Programs.Result made = world.sh("package/lib/make-archive --all");
    assertEquals(1, made.status(), made.err());
    assertTrue(made.err().contains("does not hold what 'dmsetup help' needs"), made.err());
    assertEquals("", world.ok("find package/lib/archive -type f"));
  }

  private void rename(String from, String to) throws IOException {
    Files.move(world.work().resolve(from), world.work().resolve(to));
  }

  /** The classes of the product that a start reads from the jar, rather than from the archive. */
  private List<String> classesFromTheJar(String place) throws Exception {
    world.set("JDMSETUP_JAVA_OPTIONS", "-Xlog:class+load:file=loaded");
    world.sh("*/bin/dmsetup help");
    world.set("JDMSETUP_JAVA_OPTIONS", "");
    List<String> loaded = Files.readAllLines(world.work().resolve("loaded"));
    assertTrue(loaded.stream().anyMatch(line -> line.contains(" org.jdmsetup.cli.Main ")), place);
    return loaded.stream().filter(line -> line.endsWith("jdmsetup.jar")).toList();
  }

  private static List<String> javas() throws IOException {
    try (Stream<Path> javas = Files.list(Path.of("/usr/lib/jvm"))) {
      return javas
          .filter(java -> Files.isExecutable(java.resolve("bin/java")))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }

  @Test
  void aChangedClassIsNeverMaskedByAStaleArchive() throws Exception {
    world.ok("tar -xzf '%s' && mv jdmsetup-* package".formatted(Product.archive()));
    assertEquals("Unknown command.", firstErrorLine("package/bin/dmsetup frobnicate"));
    change(
        world.work().resolve("package/lib/jdmsetup.jar"), "Unknown command.", "Changed command.");
    assertEquals("Changed command.", firstErrorLine("package/bin/dmsetup frobnicate"));
  }

  private String firstErrorLine(String command) throws IOException, InterruptedException {
    return world.sh(command).err().lines().findFirst().orElse("");
  }

  private void assertRuns(String command) throws IOException, InterruptedException {
    Programs.Result result = world.sh(command);
    assertEquals("anchor", result.out().replaceFirst("\\t.*\\R", ""), command);
    assertEquals("", result.err(), command);
    assertEquals(0, result.status(), command);
  }

  /** Replaces a constant in whichever classes of a jar have it. */
  private static void change(Path jar, String from, String to) throws IOException {
    int changed = 0;
    try (FileSystem classes =
            FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
        Stream<Path> files = Files.walk(classes.getPath("/org/jdmsetup"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (content.contains(from)) {
          Files.writeString(file, content.replace(from, to), StandardCharsets.ISO_8859_1);
          changed++;
        }
      }
    }
    assertEquals(1, changed, "classes with the text " + from);
  }
}
