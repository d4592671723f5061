package org.jdmsetup.it.io;

import org.jdmsetup.engine.nativeio.AlignedBuffer;

/**
 * A mapped device as a program has it open, bypassing the page cache. All operations answer a
 * negative error number, or how many sectors were moved (0 where none are). For any thread.
 */
interface IoDevice extends AutoCloseable {

  int read(long sector, int sectors, AlignedBuffer into);

  /**
   * @param fua as with O_DSYNC: the data is durable on return
   */
  int write(long sector, int sectors, AlignedBuffer from, boolean fua);

  int flush();

  int discard(long sector, int sectors);

  int zero(long sector, int sectors);

  @Override
  void close();
}
