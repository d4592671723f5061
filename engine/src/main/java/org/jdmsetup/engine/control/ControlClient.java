package org.jdmsetup.engine.control;

import java.util.function.BooleanSupplier;

/**
 * Who asked for something and waits for the answer: a connection. Its thread may wait here for a
 * condition; whoever makes the condition come true calls {@link #wake}.
 */
public interface ControlClient {

  /** Where relative paths in tables start, in byte text. */
  String directory();

  /** Where the caller has its device nodes, in byte text. */
  String nodeDirectory();

  /**
   * Waits for a condition, checking it now and after each {@link #wake}.
   *
   * @return false when the caller has gone away before it came true
   */
  boolean await(BooleanSupplier condition);

  /** Makes {@link #await} look again; from any thread, never blocks. */
  void wake();

  /** Remembers the count of global events from which on the caller wants to be told of more. */
  void arm(int globalEvents);

  /** What {@link #arm} was told last. */
  int armed();
}
