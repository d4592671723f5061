package org.jdmsetup.engine.expose.freeze;

/** A file system that was frozen, and stays so until it is thawed. */
public interface Frozen {

  /** Lets the file system write again; waits for what it writes then. Failures are logged. Once. */
  void thaw();
}
