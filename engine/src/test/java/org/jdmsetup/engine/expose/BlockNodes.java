package org.jdmsetup.engine.expose;

import org.jdmsetup.engine.expose.loop.LoopExposure;
import org.jdmsetup.testing.Needs;

/** Whether the engine can give its devices block nodes on this machine. */
public final class BlockNodes {
  private BlockNodes() {}

  /** Skips a test where it cannot, as {@link Needs} does. */
  public static void needed() {
    String reason = LoopExposure.unavailable();
    Needs.that(reason == null, "loop devices on FUSE: " + reason);
  }
}
