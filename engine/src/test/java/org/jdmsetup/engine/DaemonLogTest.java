package org.jdmsetup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a log that has been written to for long. */
final class DaemonLogTest {
  @TempDir Path directory;

  @Test
  void aFullLogBeginsAnewAndTwoOlderOnesStay() throws Exception {
    Path file = Files.writeString(directory.resolve("daemon.log"), "of a daemon before\n");
    try (OutputStream appending = Files.newOutputStream(file, StandardOpenOption.APPEND);
        PrintStream log =
            new PrintStream(
                new DaemonLog(file, appending, 30), true, StandardCharsets.ISO_8859_1)) {
      for (int i = 1; i <= 12; i++) {
        log.println("line " + i);
      }
    }
    assertEquals(lines(10, 12), Files.readAllLines(file));
    assertEquals(lines(6, 9), Files.readAllLines(directory.resolve("daemon.log.1")));
    assertEquals(lines(2, 5), Files.readAllLines(directory.resolve("daemon.log.2")));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(3, files.count());
    }
  }

  private static List<String> lines(int from, int to) {
    return Stream.iterate(from, i -> i + 1).limit(to - from + 1L).map(i -> "line " + i).toList();
  }
}
