package org.jdmsetup.it.ioctl;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What came of a step.
 *
 * @param errno 0, an error number, or {@link #LEFT_OUT}
 * @param after the whole buffer of an ioctl, all bytes that the caller had given; empty for the
 *     rest. For a probe that is no ioctl, a text.
 */
record StepOutcome(int errno, byte[] after) {

  /** The step would have made a loop of devices, and was not done. */
  static final int LEFT_OUT = -1;

  static final byte[] NOTHING = new byte[0];

  void write(DataOutputStream out, byte[] request) throws IOException {
    out.writeInt(errno);
    out.writeInt(after.length);
    int at = 0;
    while (at < after.length) {
      int from = at;
      while (from < after.length && from < request.length && after[from] == request[from]) {
        from++;
      }
      int to = from;
      while (to < after.length && (to >= request.length || after[to] != request[to])) {
        to++;
      }
      out.writeInt(from);
      out.writeInt(to - from);
      out.write(after, from, to - from);
      at = to;
    }
  }

  static StepOutcome read(DataInputStream in, byte[] request) throws IOException {
    int errno = in.readInt();
    byte[] after = new byte[in.readInt()];
    System.arraycopy(request, 0, after, 0, Math.min(request.length, after.length));
    int at = 0;
    while (at < after.length) {
      int from = in.readInt();
      int length = in.readInt();
      in.readFully(after, from, length);
      at = from + length;
    }
    return new StepOutcome(errno, after);
  }
}
