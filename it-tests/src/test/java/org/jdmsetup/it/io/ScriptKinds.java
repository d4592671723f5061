package org.jdmsetup.it.io;

import java.util.ArrayList;
import java.util.List;

/** The kinds of scripts there are. To add one, write it and list it here. */
final class ScriptKinds {
  static final List<ScriptKind> ALL = all();

  private ScriptKinds() {}

  private static List<ScriptKind> all() {
    List<ScriptKind> kinds = new ArrayList<>(MappedScripts.all());
    kinds.add(new StackScripts());
    kinds.addAll(List.of(SnapshotScripts.values()));
    kinds.add(new MergeScripts());
    kinds.add(new MirrorScripts());
    kinds.addAll(List.of(BadDiskScripts.values()));
    return List.copyOf(kinds);
  }
}
