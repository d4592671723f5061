package org.jdmsetup.engine.block;

/**
 * A step that a request passes on its way back up: what has to happen when the part below is done.
 * Stages are pushed on the way down with {@link Request#push} and run in reverse order.
 */
public interface Stage {

  /**
   * Called when everything below this stage is done.
   *
   * @param request the request; its {@link Request#outcome()} tells the outcome so far and may be
   *     replaced with {@link Request#outcome(Outcome)}
   * @param cookie the value given when the stage was pushed
   * @return true to go on with the stage above; false when this stage has taken charge of the
   *     request (it was recycled, resubmitted, or will be completed again later)
   */
  boolean done(Request request, long cookie);
}
