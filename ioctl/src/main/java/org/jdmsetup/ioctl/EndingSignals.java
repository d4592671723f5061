package org.jdmsetup.ioctl;

/**
 * The signals by which a user ends this process. They may come at any time; one that comes while
 * something is half done waits until that is done or taken back.
 */
public interface EndingSignals {
  /** The signals of a process that each of them ends at once, whatever it is doing. */
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

  /** From now on a signal waits; a second one ends the process at once. */
  void hold();

  /** Whether a signal waits. */
  boolean arrived();

  /** Ends what {@link #hold} began; ends the process if a signal waits. */
  void release();
}
