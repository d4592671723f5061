package org.jdmsetup.ioctl.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel swaps to, as {@code /proc/swaps} lists it: see proc_swaps(5). */
public final class SwapAreas {
  private static final Path LIST = Path.of("/proc/swaps");

  private SwapAreas() {}

  /** The paths of all block devices and files, in byte text; none where {@code /proc} is hidden. */
  public static List<String> paths() {
    return of(Proc.lines(LIST));
  }

  static List<String> of(List<String> lines) {
    List<String> paths = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("/")) { // not the heading
        paths.add(line.split("[ \t]")[0]);
      }
    }
    return paths;
  }
}
