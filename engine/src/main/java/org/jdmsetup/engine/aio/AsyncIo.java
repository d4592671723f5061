package org.jdmsetup.engine.aio;

/**
 * A way of carrying out operations on files that an event loop has. All methods are for the loop's
 * thread.
 */
interface AsyncIo extends AutoCloseable {

  /** Becomes readable when operations have completed; -1 when {@link EventLoop#execute} is used. */
  int descriptor();

  /** Starts an operation, or keeps it until {@link #submit}. */
  void start(FileOperation operation);

  /** Sees to it that everything that was started is under way. */
  void submit();

  /** Runs what operations that have completed are to run. */
  void complete();

  /**
   * After how many milliseconds {@link #submit} is to be called again even if nothing happens; -1:
   * never.
   */
  int submitAgainMillis();

  @Override
  void close();
}
