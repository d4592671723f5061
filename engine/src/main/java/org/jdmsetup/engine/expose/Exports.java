package org.jdmsetup.engine.expose;

import java.util.List;
import org.jdmsetup.engine.block.BlockDevice;

/**
 * The devices that the NBD server offers; the control plane has them. Called from the threads of
 * connections, several at a time.
 */
public interface Exports {

  /** The names of the present devices, in the order in which a client shall see them. */
  List<String> names();

  /**
   * Opens a device for a client. It counts as open, and so may not be removed, until {@link
   * Export#close}.
   *
   * @return null when there is no device of that name
   */
  Export open(String name);

  /** One device that one client has open. */
  interface Export extends AutoCloseable {

    BlockDevice device();

    /** Called exactly once, when the last request of the client has completed. */
    @Override
    void close();
  }
}
