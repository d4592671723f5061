package org.jdmsetup.engine.cuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.control.ControlClient;
import org.jdmsetup.engine.control.protocol.ControlProtocol;
import org.jdmsetup.engine.expose.fuse.FuseProtocol;
import org.jdmsetup.ioctl.buffer.DmBuffer;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ioctl on the control node. The kernel sends it three times: without data, with the header of
 * the caller's {@code struct dm_ioctl}, which says how long the whole is, and with the whole. We
 * ask for the next one by answering with a retry.
 */
final class CuseIoctl implements ControlClient {
  /** Where who knows nothing of the engine has the nodes of mapped devices. */
  static final String NODES = "/dev/mapper";

  private static final Logger LOG = LoggerFactory.getLogger(CuseIoctl.class);

  private static final int DM_IOCTL = 0xfd;

  /** Where the size stands in {@code struct dm_ioctl}. */
  private static final int DATA_SIZE = 12;

  private final InterruptibleWait waiting = new InterruptibleWait();
  private final CuseOpen open;
  private final int command;
  private final long argument;
  private final int pid;
  private final ByteBuffer in;
  private final int outSize;

  /**
   * @param message a FUSE_IOCTL request; copied
   */
  CuseIoctl(CuseOpen open, ByteBuffer message) {
    this.open = open;
    pid = message.getInt(FuseProtocol.IN_PID);
    command = message.getInt(FuseProtocol.IN_HEADER + FuseProtocol.IOCTL_COMMAND);
    argument = message.getLong(FuseProtocol.IN_HEADER + FuseProtocol.IOCTL_ARGUMENT);
    outSize = message.getInt(FuseProtocol.IN_HEADER + FuseProtocol.IOCTL_OUT_SIZE);
    int data = FuseProtocol.IN_HEADER + FuseProtocol.IOCTL_IN;
    in = CuseChannel.body(message.limit() - data);
    in.put(0, message, data, in.capacity());
  }

  /** The body of the answer. */
  ByteBuffer answer(ControlProtocol protocol) {
    if ((command >> 8 & 0xff) != DM_IOCTL) {
      return result(Errno.ENOTTY.number(), null, 0);
    }
    if (in.capacity() < DmBuffer.MIN_SIZE) {
      return retry(DmBuffer.MIN_SIZE, 0);
    }
    int size = in.getInt(DATA_SIZE);
    if (size < DmBuffer.MIN_SIZE) {
      return result(Errno.EINVAL.number(), null, 0);
    }
    if (in.capacity() != size || outSize != size) {
      return retry(size, size);
    }
    try {
      ControlProtocol.Answer answer = protocol.answer(command & 0xff, in, this);
      if (answer.errno() != 0) {
        log(answer);
      }
      return result(answer.errno(), answer.buffer().bytes(), Math.min(answer.size(), outSize));
    } catch (Throwable thrown) {
      Faults.log("request " + (command & 0xff), thrown);
      return result(ControlProtocol.fault(thrown).errno(), null, 0);
    }
  }

  /** Who asks cannot be told the reason; that there is no such device is one of its own. */
  private void log(ControlProtocol.Answer answer) {
    if (answer.errno() != Errno.ENXIO.number()) {
      LOG.info("ioctl {}: {}: {}", command & 0xff, Errno.text(answer.errno()), answer.reason());
    }
  }

  private static ByteBuffer result(int errno, ByteBuffer data, int length) {
    ByteBuffer body = CuseChannel.body(FuseProtocol.IOCTL_OUT + length);
    body.putInt(0, -errno);
    if (length > 0) {
      body.put(FuseProtocol.IOCTL_OUT, data, 0, length);
    }
    return body;
  }

  private ByteBuffer retry(int inSize, int outSize) {
    int areas = outSize > 0 ? 2 : 1;
    ByteBuffer body = CuseChannel.body(FuseProtocol.IOCTL_OUT + areas * CuseProtocol.IOCTL_AREA);
    body.putInt(0).putInt(CuseProtocol.IOCTL_RETRY).putInt(1).putInt(areas - 1);
    body.putLong(argument).putLong(inSize);
    if (outSize > 0) {
      body.putLong(argument).putLong(outSize);
    }
    return body;
  }

  /** A signal came for the caller: what it waits for is given up. */
  void interrupt() {
    waiting.interrupt();
  }

  @Override
  public boolean await(BooleanSupplier condition) {
    return waiting.await(condition);
  }

  @Override
  public void wake() {
    waiting.wake();
  }

  @Override
  public void arm(int globalEvents) {
    open.arm(globalEvents);
  }

  @Override
  public int armed() {
    return open.armed();
  }

  /**
   * The path of the caller's working directory if it leads the daemon to the same directory, so
   * that paths of files in tables stay valid; otherwise, for a caller in another mount namespace,
   * {@code /proc/PID/cwd}.
   */
  @Override
  public String directory() {
    Path link = Path.of("/proc", Integer.toString(pid), "cwd");
    try {
      Path directory = Files.readSymbolicLink(link);
      boolean same = Files.exists(directory) && Files.isSameFile(directory, link);
      return ByteText.ofUnicode((same ? directory : link).toString());
    } catch (IOException e) {
      return "/"; // it has just gone
    }
  }

  @Override
  public String nodeDirectory() {
    return NODES;
  }
}
