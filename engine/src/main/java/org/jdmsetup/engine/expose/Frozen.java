package org.jdmsetup.engine.expose;

/** A file system that was frozen, and stays so until it is thawed. */
public interface Frozen {

  /** Lets the file system write again; waits for what it writes then. Failures are logged. Once. */
  void thaw();
}
