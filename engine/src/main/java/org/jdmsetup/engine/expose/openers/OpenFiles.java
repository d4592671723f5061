package org.jdmsetup.engine.expose.openers;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.expose.openers.OpenFileComparison.Descriptor;

/**
 * The open files of one device: descriptors that were inherited, duplicated or handed on share one,
 * and the kernel counts it once.
 */
final class OpenFiles {

  private final OpenFileComparison same;
  private final List<List<Descriptor>> files = new ArrayList<>();

  OpenFiles(OpenFileComparison same) {
    this.same = same;
  }

  int count() {
    return files.size();
  }

  /** Adds a descriptor that leads to the device, or did a moment ago. */
  void add(Descriptor descriptor) {
    for (List<Descriptor> file : files) {
      if (isOf(descriptor, file)) {
        file.add(descriptor);
        return;
      }
    }
    if (same.compare(descriptor, descriptor) == OpenFileComparison.SAME) {
      files.add(new ArrayList<>(List.of(descriptor)));
    }
  }

  /** Asks each until there is an answer: descriptors may be closed while we look. */
  private boolean isOf(Descriptor descriptor, List<Descriptor> file) {
    for (Descriptor other : file) {
      int answer = same.compare(other, descriptor);
      if (answer != OpenFileComparison.GONE) {
        return answer == OpenFileComparison.SAME;
      }
    }
    return false;
  }
}
