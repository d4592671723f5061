package org.jdmsetup.it.io;

/** A kind of script, of which each seed makes another: as a rule one per target. */
interface ScriptKind {

  /** What reports call it. */
  String title();

  /** Writes a script: disks, devices, steps. Everything random comes from {@link Draft#random}. */
  void write(Draft draft);

  /** Makes the script of a seed. */
  default IoScript script(long seed) {
    Draft draft = new Draft(title(), seed);
    write(draft);
    return draft.finished();
  }
}
