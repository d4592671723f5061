package org.jdmsetup.engine.aio;

import org.jdmsetup.engine.block.IntrusiveQueue;

/**
 * Something for an {@link EventLoop} to do. In one queue at most: run before it is passed again.
 */
public abstract class LoopTask extends IntrusiveQueue.Link<LoopTask> {

  /** Called on the loop's thread; must not wait. */
  protected abstract void run();
}
