package org.jdmsetup.cli.session;

import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.cli.option.NameStyle;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.report.TreeOptions;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.jdmsetup.ioctl.session.DmReply;
import org.jdmsetup.ioctl.session.DmTask;

/**
 * What a command works with while it runs: the options, the output, the driver (opened when first
 * used), and how it is to describe devices.
 */
public final class Session implements AutoCloseable {
  private final Options options;
  private final Settings settings;
  private final Surroundings surroundings;
  private final Output out;
  private final StandardError err;
  private DeviceMapper mapper;
  private NameStyle nameStyle = NameStyle.DEVNO;
  private TreeOptions treeOptions;
  private ColumnReport report;
  private boolean multiple;
  private boolean forced;

  public Session(
      Options options, Settings settings, Surroundings surroundings, Output out, Output err) {
    this.options = options;
    this.settings = settings;
    this.surroundings = surroundings;
    this.out = out;
    this.err = new StandardError(err, surroundings.environment());
  }

  public Options options() {
    return options;
  }

  public Settings settings() {
    return settings;
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  public Output out() {
    return out;
  }

  public boolean has(Opt opt) {
    return options.has(opt);
  }

  public boolean verbose() {
    return options.has(Opt.VERBOSE);
  }

  /** Whether output must say which of several devices it is about. */
  public boolean multiple() {
    return multiple;
  }

  public void multiple(boolean value) {
    multiple = value;
  }

  public NameStyle nameStyle() {
    return nameStyle;
  }

  public void nameStyle(NameStyle style) {
    nameStyle = style;
  }

  /** How {@code --tree} draws; null without it. */
  public TreeOptions treeOptions() {
    return treeOptions;
  }

  public void treeOptions(TreeOptions options) {
    treeOptions = options;
  }

  /** The report that devices are described in; null if each is described at length. */
  public ColumnReport report() {
    return report;
  }

  public void report(ColumnReport value) {
    report = value;
  }

  /**
   * From now on, nothing is flushed or frozen: what {@code --force} switches on for all requests.
   */
  public void force() {
    forced = true;
  }

  /** What is said on the standard error. */
  public StandardError err() {
    return err;
  }

  /** Prints a message of dmsetup's and fails. */
  public boolean fail(String line) {
    err.accept(line);
    return false;
  }

  /** Keeps the reason of a failure, whose own lines are printed already, and fails. */
  public boolean fail(DmException failure) {
    for (String reason : failure.reason()) {
      err.reason(reason);
    }
    return false;
  }

  /** Keeps the reason of a failure, to be printed after the command's own lines. */
  public void keepReason(String reason) {
    err.reason(reason);
  }

  /** Keeps what a user should know whether the command fails or not, until it has ended. */
  public void remark(String remark) {
    err.remark(remark);
  }

  public DeviceMapper mapper() {
    if (mapper == null) {
      mapper = surroundings.drivers().open(settings, err);
    }
    return mapper;
  }

  /** A request with what the common options ask for. */
  public DmTask task(TaskType type) throws DmException {
    DmTask task = mapper().task(type);
    if (has(Opt.NOOPENCOUNT)) {
      task.noOpenCount(true);
    }
    if (has(Opt.INACTIVE)) {
      task.queryInactive(true);
    }
    return task;
  }

  /** As {@link #task(TaskType)}, with the freezing and flushing that the options ask for. */
  public DmTask suspending(TaskType type) throws DmException {
    return task(type).noFlush(forced || has(Opt.NOFLUSH)).skipLockFs(forced || has(Opt.NOLOCKFS));
  }

  /** Whether options name the device, and no operand does. */
  public boolean deviceByOption() {
    return has(Opt.UUID) || has(Opt.MAJOR);
  }

  /**
   * The device that a command is about: its operand, or else what the options name.
   *
   * @return null, after saying so, when there is neither
   */
  public DeviceKey device(List<String> operands) {
    if (!operands.isEmpty()) {
      return DeviceKey.name(operands.get(0));
    }
    DeviceKey key = deviceOfOptions();
    if (key == null) {
      err.accept("No device specified.");
    }
    return key;
  }

  /** The device that the options name, or null. */
  DeviceKey deviceOfOptions() {
    if (has(Opt.UUID)) {
      return DeviceKey.uuid(options.text(Opt.UUID));
    }
    if (has(Opt.MAJOR)) {
      return DeviceKey.number(options.major(), options.value(Opt.MINOR, -1));
    }
    return null;
  }

  /** The names of all devices, in the driver's order. */
  public List<String> deviceNames() throws DmException {
    DmReply reply = task(TaskType.NAMES).run();
    List<String> names = new ArrayList<>(reply.devices().size());
    for (var device : reply.devices()) {
      names.add(device.name());
    }
    return names;
  }

  @Override
  public void close() {
    if (mapper != null) {
      mapper.close();
    }
  }
}
