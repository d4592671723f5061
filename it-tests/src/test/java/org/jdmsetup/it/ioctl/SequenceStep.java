package org.jdmsetup.it.ioctl;

/** One thing that a sequence does. */
sealed interface SequenceStep {

  /**
   * An ioctl.
   *
   * @param command its number, which may be none that there is
   * @param request the whole buffer, header first; {@code data_size} in it is not always its length
   */
  record Call(int command, byte[] request) implements SequenceStep {
    @Override
    public String toString() {
      return CallText.of(this);
    }
  }

  /** Opens the node of the device with this minor number and keeps it open. */
  record Open(int minor) implements SequenceStep {
    @Override
    public String toString() {
      return "open dm-" + minor;
    }
  }

  /** Closes the node again, once. */
  record Close(int minor) implements SequenceStep {
    @Override
    public String toString() {
      return "close dm-" + minor;
    }
  }

  /** Looks at what the node of the device shows; no step of a sequence, a player's own. */
  record Facts(int minor) implements SequenceStep {
    @Override
    public String toString() {
      return "size, mode and block size of dm-" + minor;
    }
  }
}
