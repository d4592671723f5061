package org.jdmsetup.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jdmsetup.tables.ByteText;

/**
 * A stream of byte text, collected until {@link #flush} as the C library does for a file or a pipe,
 * or until the end of a line, as is right for messages.
 *
 * <p>What cannot be written, as the stream is closed or its disk is full, is lost, and changes
 * nothing else: so it is with dmsetup, and scripts close its output to learn its exit status. But a
 * command that writes to a pipe that nobody reads any more ends.
 */
public final class Output {
  private static final int FLUSH_AT = 64 * 1024;
  private static final String BROKEN_PIPE = "Broken pipe";

  private final OutputStream stream;
  private final boolean byLine;
  private byte[] bytes = new byte[1024];
  private int used;

  /**
   * @param byLine whether each {@link #line} leaves at once
   */
  public Output(OutputStream stream, boolean byLine) {
    this.stream = stream;
    this.byLine = byLine;
  }

  public Output print(String text) {
    byte[] encoded = ByteText.bytes(text);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, used, encoded.length);
    used += encoded.length;
    return this;
  }

  public Output print(char ascii) {
    reserve(1);
    bytes[used++] = (byte) ascii;
    return this;
  }

  /** A text in a column of its own, to the left, as wide as the text at least. */
  public Output column(String text, int width) {
    print(text);
    for (int i = text.length(); i < width; i++) {
      print(' ');
    }
    return this;
  }

  public Output print(long number) {
    return print(Long.toString(number));
  }

  public Output line(String text) {
    print(text).print('\n');
    if (byLine) {
      flush();
    }
    return this;
  }

  /**
   * Writes what was collected.
   *
   * @throws UncheckedIOException when it goes to a pipe that nobody reads any more
   */
  public void flush() {
    try {
      stream.write(bytes, 0, used);
      stream.flush();
    } catch (IOException e) {
      if (BROKEN_PIPE.equals(e.getMessage())) {
        throw new UncheckedIOException(e);
      }
    } finally {
      used = 0;
    }
  }

  private void reserve(int more) {
    if (bytes.length - used < more) {
      if (used >= FLUSH_AT) {
        flush();
      }
      if (bytes.length - used < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
      }
    }
  }
}
