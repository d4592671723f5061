package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The order of the house, as CONTRIBUTING and docs/architecture.md tell it, read from the sources:
 * which package may use which, that each thing stands in one place, and that no two classes have
 * one name.
 */
final class HouseIT {
  private static final Path ROOT = Path.of("..");

  /** Packages below {@code org.jdmsetup}, from the top: each may use those after it in its list. */
  private static final List<List<String>> ORDER =
      List.of(
          List.of(
              "ioctl.session",
              "ioctl.driver",
              "ioctl.node",
              "ioctl.udev",
              "ioctl",
              "ioctl.buffer",
              "ioctl.system"),
          List.of("cli", "cli.command", "cli.session", "cli.option", "cli.output"),
          List.of("cli.command", "cli.session", "cli.report"),
          List.of("cli.command", "cli.json"),
          List.of("cli.command", "cli.progress"),
          List.of(
              "engine",
              "engine.control.protocol",
              "engine.control.device",
              "engine.control.journal",
              "engine.control.table",
              "engine.targets",
              "engine.backing",
              "engine.aio",
              "engine.block",
              "engine.nativeio"),
          List.of("engine", "engine.expose", "engine.aio"),
          List.of(
              "engine", "engine.control.device", "engine.expose", "engine.backing", "engine.block"),
          List.of("engine", "engine.expose.loop", "engine.expose.fuse", "engine.expose.freeze"),
          List.of("engine", "engine.expose.loop", "engine.expose.openers", "engine.expose.freeze"),
          List.of("tables.check", "tables.parameters", "tables.text", "tables"));

  /** What stands in one place: a pattern, and the classes that may have it. */
  private static final Map<Pattern, Set<String>> ONE_PLACE =
      Map.of(
          Pattern.compile("<< ?9\\b|>>>? ?9\\b|[*/%] ?512\\b|\\b512 ?[*/]"),
          Set.of("Sectors"),
          Pattern.compile("\"\\[1-9\\]\\*\""),
          Set.of("Proc"),
          Pattern.compile("\"[^\"]*mountinfo\""),
          Set.of("Mount", "NodeEvents"), // which polls the file, and reads no line of it
          Pattern.compile("/proc/swaps\""),
          Set.of("SwapAreas", "NodeEvents"), // likewise
          Pattern.compile("\"[^\"]*holders\""),
          Set.of("StackedDevices"),
          Pattern.compile(
              "\\bstatic final (int|long|short) (O_|S_IF|AT_(FD|EMPTY|SYM)|SEEK_|FALLOC_|BLK|LOOP_[GSC])\\w+ = -?\\d"),
          Set.of("Linux"),
          Pattern.compile("\\bstatic final int E(?!POLL)[A-Z]{2,} = [1-9]\\d*;"),
          Set.of("Errno"),
          Pattern.compile("\\bsetDaemon\\("),
          Set.of("DaemonThreads", "EngineControl", "EngineProcess"), // the last two of ioctl
          Pattern.compile("interrupted = true"),
          Set.of("Uninterruptibly"),
          Pattern.compile("LibraryLoader\\.create"),
          Set.of("LibC", "NativeIo"));

  private static final Pattern PACKAGE =
      Pattern.compile("(?m)^package org\\.jdmsetup\\.?([\\w.]*);");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?org\\.jdmsetup\\.([a-z][\\w.]*?)\\.[A-Z][\\w.]*;");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");
  private static final Pattern NAMED_IN_DOCUMENT =
      Pattern.compile("`([A-Z][a-z]\\w+)(?:\\.\\w+)?`");

  /** One source file. */
  private record Source(Path path, String name, String room, boolean product, String text) {}

  private static final List<Source> SOURCES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(each -> Files.exists(each.resolve("pom.xml"))).toList()) {
        for (String kind : List.of("main", "test")) {
          Path sources = module.resolve("src").resolve(kind).resolve("java");
          if (Files.isDirectory(sources)) {
            try (Stream<Path> files = Files.walk(sources)) {
              files.filter(file -> file.toString().endsWith(".java")).forEach(HouseIT::add);
            }
          }
        }
      }
    }
    assertTrue(SOURCES.size() > 500, "only " + SOURCES.size() + " sources found");
  }

  private static void add(Path file) {
    try {
      String text = Files.readString(file);
      Matcher room = PACKAGE.matcher(text);
      assertTrue(room.find(), file + " has no package");
      String name = file.getFileName().toString().replace(".java", "");
      boolean product = file.toString().contains("/src/main/");
      SOURCES.add(new Source(file, name, room.group(1), product, text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noTwoClassesHaveOneName() {
    Map<String, Path> seen = new HashMap<>();
    Set<String> twice = new TreeSet<>();
    for (Source source : SOURCES) {
      Path other = seen.put(source.name(), source.path());
      if (other != null && !source.name().equals("package-info")) {
        twice.add(other + " and " + source.path());
      }
    }
    assertEquals(Set.of(), twice);
  }

  @Test
  void packagesUseTheirOrder() {
    Set<String> wrong = new TreeSet<>();
    for (Source source : SOURCES) {
      if (source.product()) {
        Matcher used = IMPORT.matcher(source.text());
        while (used.find()) {
          for (List<String> order : ORDER) {
            int from = order.indexOf(source.room());
            int to = order.indexOf(used.group(1));
            String use = source.room() + "." + source.name() + " uses " + used.group(1);
            if (to >= 0 && from > to) {
              wrong.add(use);
            }
          }
        }
      }
    }
    assertEquals(Set.of(), wrong);
  }

  @Test
  void eachThingStandsInOnePlace() {
    Set<String> elsewhere = new TreeSet<>();
    for (Source source : SOURCES) {
      if (source.product()) {
        String code = COMMENT.matcher(source.text()).replaceAll("");
        ONE_PLACE.forEach(
            (pattern, places) -> {
              Matcher found = pattern.matcher(code);
              if (!places.contains(source.name()) && found.find()) {
                elsewhere.add(source.path() + ": " + found.group());
              }
            });
      }
    }
    assertEquals(Set.of(), elsewhere);
  }

  @Test
  void everyPackageAndEveryClassSaysWhatItIs() {
    Set<String> silent = new TreeSet<>();
    for (Source source : SOURCES) {
      if (source.product()) {
        if (!Files.exists(source.path().resolveSibling("package-info.java"))) {
          silent.add(source.path().getParent().toString());
        }
        String before = source.text().split("(?m)^(?!import|package|\\s|/\\*|@|//)", 2)[0];
        if (!before.contains("/**")) {
          silent.add(source.path().toString());
        }
      }
    }
    assertEquals(Set.of(), silent);
  }

  @Test
  void documentsNameClassesThatThereAre() throws IOException {
    Set<String> names = new TreeSet<>(Set.of("OptionSpec")); // picocli's
    for (Source source : SOURCES) {
      names.add(source.name());
      Pattern.compile("\\b(?:class|record|enum|interface) ([A-Z]\\w+)")
          .matcher(source.text())
          .results()
          .map((MatchResult each) -> each.group(1))
          .forEach(names::add);
    }
    Set<String> unknown = new TreeSet<>();
    for (String document : List.of("CONTRIBUTING.md", "docs/architecture.md", "docs/testing.md")) {
      Matcher named = NAMED_IN_DOCUMENT.matcher(Files.readString(ROOT.resolve(document)));
      while (named.find()) {
        if (!names.contains(named.group(1))) {
          unknown.add(document + ": " + named.group(1));
        }
      }
    }
    assertEquals(Set.of(), unknown);
  }
}
