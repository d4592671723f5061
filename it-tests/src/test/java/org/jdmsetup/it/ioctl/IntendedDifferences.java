package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.ioctl.buffer.DmCommand;
import org.jdmsetup.ioctl.buffer.DmFlag;
import org.jdmsetup.ioctl.buffer.MalformedBufferException;
import org.jdmsetup.ioctl.buffer.VersionsPayload;

/**
 * The differences between a kernel and the engine that are intended, each with its reason;
 * everything else in two buffers must be the same.
 */
final class IntendedDifferences {
  private static final int SIZE = 12;
  private static final int FLAGS = 28;
  private static final int EVENT_NR = 32;

  private IntendedDifferences() {}

  /**
   * Makes an outcome of either world into what must be the same in both.
   *
   * @param mirrors whether there are mirrors, which raise an event when all is in sync
   */
  static byte[] without(SequenceStep.Call call, StepOutcome outcome, boolean mirrors) {
    byte[] after = outcome.after().clone();
    if (outcome.errno() != 0) {
      return after;
    }
    ByteBuffer buffer = ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN);
    DmCommand command = DmCommand.ofNumber(call.command());
    switch (command) {
      // The engine causes no uevent: clients complete their cookies themselves, as they do where a
      // kernel says that it sent none.
      case DEV_REMOVE, DEV_RENAME, DEV_SUSPEND -> {
        buffer.putInt(FLAGS, buffer.getInt(FLAGS) & ~DmFlag.UEVENT_GENERATED);
        if (mirrors && command == DmCommand.DEV_SUSPEND) {
          // What is in sync a moment after it began may be so before the answer or after it.
          buffer.putInt(EVENT_NR, 0);
        }
      }
      // A kernel lists targets in the order in which their modules were loaded; and each world may
      // have targets that the other lacks.
      case LIST_VERSIONS -> {
        if ((buffer.getInt(FLAGS) & DmFlag.BUFFER_FULL) == 0) {
          return commonVersions(after);
        }
      }
      default -> {}
    }
    return after;
  }

  /** The header without the size, and the versions of the targets that both worlds have. */
  private static byte[] commonVersions(byte[] after) {
    byte[] header = Arrays.copyOf(after, DmBuffer.MIN_SIZE);
    ByteBuffer.wrap(header).putInt(SIZE, 0);
    String versions;
    try {
      versions =
          VersionsPayload.read(DmBuffer.wrap(Probe.direct(after))).stream()
              .filter(version -> RandomParameters.MODULES.containsKey(version.name()))
              .map(Object::toString)
              .sorted()
              .collect(Collectors.joining("\n"));
    } catch (MalformedBufferException e) {
      versions = e.getMessage();
    }
    byte[] text = CallText.bytes(versions);
    byte[] all = Arrays.copyOf(header, header.length + text.length);
    System.arraycopy(text, 0, all, header.length, text.length);
    return all;
  }
}
