package org.jdmsetup.it.ioctl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.it.world.LoopDisks;

/** The disks of {@link Layout} on this machine, which closing takes away. */
final class LayoutDisks implements AutoCloseable {
  private final LoopDisks loops = LoopDisks.onFiles();
  private final List<Integer> minors = new ArrayList<>();

  LayoutDisks() throws IOException, InterruptedException {
    try {
      for (Layout.Kind kind : Layout.DISKS) {
        List<String> options = new ArrayList<>(List.of("--sector-size", "" + kind.blockSize()));
        if (kind.readOnly()) {
          options.add("--read-only");
        }
        minors.add(loops.attach(kind.sectors(), options.toArray(String[]::new)).minor());
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** Their minor numbers. */
  List<Integer> minors() {
    return List.copyOf(minors);
  }

  @Override
  public void close() throws IOException {
    loops.close();
  }
}
