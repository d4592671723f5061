package org.jdmsetup.engine.targets.mirror;

/** A log in memory: after a crash nothing is known of any region. */
final class CoreLog implements DirtyLog {
  private final SyncBits sync;

  CoreLog(SyncBits sync) {
    this.sync = sync;
  }

  @Override
  public SyncBits sync() {
    return sync;
  }

  @Override
  public void resume() {
    sync.restartSearch();
  }

  @Override
  public void mark(long region) {}

  @Override
  public void clear(long region) {}

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public String info() {
    return "1 core";
  }
}
