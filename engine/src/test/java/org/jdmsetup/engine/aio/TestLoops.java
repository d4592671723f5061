package org.jdmsetup.engine.aio;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Event loops for a test, with the way of file operations that the environment asks for. */
public final class TestLoops {

  private TestLoops() {}

  /** Two loops, which the test has to close. */
  public static EventLoops start() {
    try {
      return new EventLoops(2, System.getenv());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
