package org.jdmsetup.engine.control.device;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.engine.control.table.TargetHooks;
import org.jdmsetup.engine.expose.freeze.Frozen;
import org.jdmsetup.engine.targets.Target;
import org.jdmsetup.tables.Errno;

/**
 * Stops and restarts the flow of requests through a device: while it is stopped, new requests are
 * held and none is in flight. The file system on the device's node is frozen before that and thawed
 * afterwards, because both make it write; the device's targets are told in between.
 *
 * <p>Safe to use from any thread; callers hold the device's {@link MappedDevice#lifeLock}, except
 * while devices are restored, when nobody else uses them.
 */
final class RequestFlow {
  private final ExposedDevices exposed;

  RequestFlow(ExposedDevices exposed) {
    this.exposed = exposed;
  }

  /**
   * Holds new requests and waits for those in flight.
   *
   * @throws Refusal when the file system cannot be frozen, or the client has gone away meanwhile;
   *     the device goes on then
   */
  void stop(MappedDevice device, SuspendOptions options, ControlClient client) throws Refusal {
    Table table = device.live();
    device.gate.allowRequeue(options.noflush());
    try {
      TargetHooks.run(table, Target::presuspend);
    } catch (Throwable thrown) {
      device.gate.allowRequeue(false);
      TargetHooks.runAll(table, Target::presuspendUndo);
      throw thrown;
    }
    if (options.lockfs() && table != null) {
      try {
        device.frozen = exposed.freeze(device);
      } catch (Throwable e) {
        device.gate.allowRequeue(false);
        TargetHooks.runAll(table, Target::presuspendUndo);
        throw e;
      }
    }
    noteHolding(device, true);
    device.gate.close(client::wake);
    boolean drained = false;
    try {
      drained = client.await(device.gate::isDrained);
    } catch (Throwable thrown) {
      Faults.log("waiting for requests", thrown); // the device must not stay closed
    }
    device.gate.allowRequeue(false);
    if (!drained) {
      device.resubmit(device.gate.open());
      noteHolding(device, false);
      thaw(device);
      TargetHooks.runAll(table, Target::presuspendUndo);
      throw new Refusal(
          Errno.EINTR,
          "the caller went away while requests to " + device.name() + " were under way");
    }
    device.suspended(true);
    TargetHooks.runAll(table, Target::postsuspend);
  }

  /** Suspends a device that was suspended before a restart; nobody uses it yet. */
  void stopRestored(MappedDevice device) {
    TargetHooks.runAll(device.live(), Target::presuspend);
    noteHolding(device, true);
    drain(device);
    device.suspended(true);
    TargetHooks.runAll(device.live(), Target::postsuspend);
  }

  /** Lets requests pass again, first those that were held. */
  void restart(MappedDevice device) {
    TargetHooks.runAll(device.live(), Target::resume);
    device.suspended(false);
    device.resubmit(device.gate.open());
    noteHolding(device, false);
    thaw(device); // what it writes now must pass
  }

  /**
   * To be called before requests are held, and after they pass again. A failure is only logged:
   * closing the node may take long then, but the suspend or resume goes on, and the file system
   * does not stay frozen.
   */
  private void noteHolding(MappedDevice device, boolean holds) {
    device.holdsRequests = holds;
    try {
      exposed.keepNodesOpen(device);
    } catch (Throwable thrown) {
      Faults.log("holding the nodes of " + device.name(), thrown);
    }
  }

  /** Thaws the file system on the device's node, if it is frozen. */
  static void thaw(MappedDevice device) {
    Frozen frozen = device.frozen;
    device.frozen = null;
    if (frozen != null) {
      frozen.thaw();
    }
  }

  /** Holds new requests and waits for those in flight, however long they take. */
  static void drain(MappedDevice device) {
    device.gate.close(() -> {});
    device.gate.awaitDrained();
  }
}
