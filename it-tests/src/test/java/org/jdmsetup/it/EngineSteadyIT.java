package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.testing.Needs;
import org.junit.jupiter.api.Test;

/**
 * The daemon as its users have it, started by the package's launcher with its options: serving
 * requests leaves no garbage there either. A program that attaches to the JVM learns what its
 * threads have allocated.
 */
final class EngineSteadyIT {
  private static final int ROUNDS = 6_000;
  private static final int SECTORS = 4096;

  @Test
  void servingRequestsAllocatesNothing() throws Exception {
    Requirement.blockNodes();
    Needs.tools("losetup");
    try (EngineWorld world = EngineWorld.open()) {
      String disk = world.disk(SECTORS);
      world.ok("dmsetup create low --table '0 4096 striped 2 8 %1$s 0 %1$s 2048'".formatted(disk));
      world.ok("echo '0 3000 linear '$NODES/low' 0\n3000 1096 zero' | dmsetup create vol");
      VirtualMachine daemon =
          VirtualMachine.attach(Long.toString(world.daemon().orElseThrow().pid()));
      try (JMXConnector connector =
              JMXConnectorFactory.connect(new JMXServiceURL(daemon.startLocalManagementAgent()));
          FileChannel device =
              FileChannel.open(
                  world.run().resolve(Path.of("fuse", "vol")),
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE)) {
        serve(device);
        // What the JVM itself needs meanwhile, it needs once.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least >= ROUNDS / 10; attempt++) {
          long before = allocated(connector.getMBeanServerConnection());
          serve(device);
          least = Math.min(least, allocated(connector.getMBeanServerConnection()) - before);
        }
        assertTrue(least < ROUNDS / 10, least + " bytes for " + ROUNDS + " requests");
      } finally {
        daemon.detach();
      }
      world.ok("dmsetup remove vol low");
    }
  }

  /** What the threads that serve requests have allocated since they began, in bytes. */
  private static long allocated(MBeanServerConnection daemon) throws IOException {
    ThreadMXBean threads =
        ManagementFactory.newPlatformMXBeanProxy(
            daemon, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    long bytes = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().matches("event-loop-\\d+")) {
        bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
      }
    }
    assertTrue(bytes > 0, "no thread serves FUSE");
    return bytes;
  }

  /** Small and large, split and not, reads, writes and now and then a flush. */
  private static void serve(FileChannel device) throws IOException {
    ByteBuffer data = ByteBuffer.allocateDirect(64 * Sectors.SIZE);
    for (int i = 0; i < ROUNDS; i++) {
      int sectors = 8 << i % 4;
      long offset = Sectors.toBytes(i * 56L % (SECTORS - sectors));
      data.clear().limit(sectors * Sectors.SIZE);
      if (i % 500 == 0) {
        device.force(true);
      } else if (i % 2 == 0) {
        device.read(data, offset);
      } else {
        device.write(data, offset);
      }
    }
  }
}
