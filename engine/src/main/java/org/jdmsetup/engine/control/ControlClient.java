package org.jdmsetup.engine.control;

import java.util.function.BooleanSupplier;

/**
 * Who sends control requests: a connection to the control socket, or an open of the control node.
 * The thread that serves a request may wait here for a condition, until the client goes away;
 * whoever makes the condition come true calls {@link #wake}.
 */
public interface ControlClient {

  /** Where relative paths in tables start, in byte text. */
  String directory();

  /** Where the client has its device nodes, in byte text. */
  String nodeDirectory();

  /**
   * Waits for a condition, checking it now and after each {@link #wake}.
   *
   * @return false when the client has gone away before it came true
   */
  boolean await(BooleanSupplier condition);

  /** Has {@link #await} check its condition again; from any thread, never blocks. */
  void wake();

  /** Remembers the count of global events from which on the client wants to be told. */
  void arm(int globalEvents);

  /** What {@link #arm} was told last. */
  int armed();
}
