package org.jdmsetup.engine.cuse;

import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.control.ControlClient;

/**
 * One open of the control node. As a client it stands for whoever polls it, and remembers for all
 * who use it from which event on they want to be told.
 */
final class CuseOpen implements ControlClient {
  private final InterruptibleWait waiting = new InterruptibleWait();
  private volatile int armed;
  private boolean watched;

  /** Whether nobody watches for events yet: whoever asks does from now on. */
  synchronized boolean watch() {
    boolean first = !watched;
    watched = true;
    return first;
  }

  /** Nobody watches any more. */
  synchronized void unwatch() {
    watched = false;
  }

  /** The node was closed. */
  void release() {
    waiting.interrupt();
  }

  @Override
  public boolean await(BooleanSupplier condition) {
    return waiting.await(condition);
  }

  @Override
  public void wake() {
    waiting.wake();
  }

  @Override
  public void arm(int globalEvents) {
    armed = globalEvents;
  }

  @Override
  public int armed() {
    return armed;
  }

  @Override
  public String directory() {
    return "/";
  }

  @Override
  public String nodeDirectory() {
    return CuseIoctl.NODES;
  }
}
