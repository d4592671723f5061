package org.jdmsetup.engine.expose.loop;

import java.io.IOException;
import java.nio.file.Path;
import org.jdmsetup.engine.aio.EventLoops;
import org.jdmsetup.engine.aio.TestLoops;
import org.jdmsetup.engine.expose.MemoryDevice;
import org.jdmsetup.engine.expose.nbd.MemoryExports;
import org.jdmsetup.engine.expose.nbd.NbdServer;

/** A process for tests to kill: exposes two devices in a run directory and says their minors. */
final class DoomedDaemon {

  private DoomedDaemon() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path runDirectory = Path.of(arguments[0]);
    EventLoops loops = TestLoops.start();
    LoopExposure exposure = new LoopExposure(runDirectory, loops);
    NbdServer server = new NbdServer(runDirectory.resolve("nbd.sock"), new MemoryExports(), loops);
    int first = exposure.add("first", new MemoryDevice(16 << 20), -1);
    int second = exposure.add("second", new MemoryDevice(16 << 20), -1);
    System.out.println(first + " " + second);
    System.out.flush();
    Thread.currentThread().join();
    // not reached: whoever started the process kills it
    server.close();
    exposure.close();
  }
}
