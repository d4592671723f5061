package org.jdmsetup.engine.backing;

import org.jdmsetup.engine.nativeio.FileFacts;
import org.jdmsetup.tables.parameters.DeviceNumber;

/** An engine without devices and files of its own, for tests of what is somebody else's. */
class NoEngineDevices implements EngineDevices {
  @Override
  public int major() {
    return 240;
  }

  @Override
  public Backing byNumber(DeviceNumber number) {
    return null;
  }

  @Override
  public Backing byNode(String path) {
    return null;
  }

  @Override
  public void claim(Backing ours) {
    ours.retain();
  }

  @Override
  public boolean isOwnFile(String path, FileFacts facts) {
    return false;
  }
}
