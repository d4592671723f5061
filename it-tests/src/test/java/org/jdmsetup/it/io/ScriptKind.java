package org.jdmsetup.it.io;

/**
 * A kind of script, of which each seed makes a different one. As a rule there is one kind per
 * target.
 */
interface ScriptKind {

  /** What reports call it. */
  String title();

  /**
   * Writes a script: disks, devices, steps. Everything random comes from {@link
   * ScriptBuilder#random}.
   */
  void write(ScriptBuilder draft);

  /** Makes the script of a seed. */
  default IoScript script(long seed) {
    ScriptBuilder draft = new ScriptBuilder(title(), seed);
    write(draft);
    return draft.finished();
  }
}
