package org.jdmsetup.engine.aio;

/** Operations on {@link FileThreads}, which the loops share. */
final class ThreadsIo implements AsyncIo {
  private final FileThreads threads;

  ThreadsIo(FileThreads threads) {
    this.threads = threads;
  }

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public void start(FileOperation operation) {
    threads.start(operation);
  }

  @Override
  public void submit() {
    threads.growIfStalled();
  }

  @Override
  public void complete() {
    // the threads pass what has ended to EventLoop.execute
  }

  @Override
  public int submitAgainMillis() {
    return threads.hasQueued() ? FileThreads.STALL_MILLIS : -1;
  }

  @Override
  public void close() {
    // the threads are those of other loops, too
  }
}
