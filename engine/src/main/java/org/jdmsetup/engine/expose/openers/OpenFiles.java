package org.jdmsetup.engine.expose.openers;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.expose.openers.OpenFileComparison.Descriptor;

/**
 * The open files of one device. Several descriptors (inherited, duplicated, handed on to another
 * process) can be of one open file, which the kernel counts once.
 */
final class OpenFiles {

  private final OpenFileComparison comparison;

  /** For each open file, the descriptors that are of it. */
  private final List<List<Descriptor>> files = new ArrayList<>();

  OpenFiles(OpenFileComparison comparison) {
    this.comparison = comparison;
  }

  int count() {
    return files.size();
  }

  /** Adds a descriptor that leads to the device, or did a moment ago. */
  void add(Descriptor descriptor) {
    for (List<Descriptor> descriptors : files) {
      if (isOfSameFile(descriptor, descriptors)) {
        descriptors.add(descriptor);
        return;
      }
    }
    if (isThere(descriptor)) {
      files.add(new ArrayList<>(List.of(descriptor)));
    }
  }

  private boolean isThere(Descriptor descriptor) {
    return comparison.compare(descriptor, descriptor) == OpenFileComparison.SAME;
  }

  /** Asks each until there is an answer: descriptors may be closed while we look. */
  private boolean isOfSameFile(Descriptor descriptor, List<Descriptor> descriptors) {
    for (Descriptor other : descriptors) {
      int answer = comparison.compare(other, descriptor);
      if (answer != OpenFileComparison.GONE) {
        return answer == OpenFileComparison.SAME;
      }
    }
    return false;
  }
}
