package org.jdmsetup.engine;

import static java.util.Comparator.comparing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What JVMs that crashed left in the run directory ({@code crash-PID.log}: the launcher asks them
 * to), of which the newest few are kept.
 */
final class CrashReports {
  private static final int KEPT = 3;

  private CrashReports() {}

  /** Deletes the older ones. */
  static void prune(Path directory) throws IOException {
    File[] reports = directory.toFile().listFiles((in, name) -> name.matches("crash-\\d+\\.log"));
    if (reports == null) {
      return; // no directory any more
    }
    Arrays.sort(reports, comparing(File::lastModified));
    List<File> oldestFirst = Arrays.asList(reports);
    for (File report : oldestFirst.subList(0, Math.max(0, reports.length - KEPT))) {
      Files.deleteIfExists(report.toPath());
    }
  }
}
