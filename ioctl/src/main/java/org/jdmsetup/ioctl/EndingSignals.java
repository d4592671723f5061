package org.jdmsetup.ioctl;

/**
 * The signals by which a user ends this process. They may come at any time; one that comes while
 * something is half done waits until that is done or taken back.
 */
public interface EndingSignals {
  /** Those of a process that they end at once, whatever it does. */
  EndingSignals NOT_HELD =
      new EndingSignals() {
        @Override
        public void hold() {}

        @Override
        public boolean arrived() {
          return false;
        }

        @Override
        public void release() {}
      };

  /** From now on a signal waits; a second one does not. */
  void hold();

  /** Whether a signal waits. */
  boolean arrived();

  /** The end of {@link #hold}, and of the process if a signal waits. */
  void release();
}
