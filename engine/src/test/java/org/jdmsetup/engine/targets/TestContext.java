package org.jdmsetup.engine.targets;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;

/** What a target has around it, for tests of a target alone. */
public final class TestContext implements TargetContext {
  private final Function<DeviceRef, Backing> devices;
  private final long length;
  private final Map<DeviceRef, Backing> opened = new HashMap<>();
  private final Map<Class<?>, Object> shared = new HashMap<>();
  private boolean readOnly;
  private volatile boolean noflush;
  private String remembered;
  private volatile boolean remembers = true;
  private long start;
  private int events;

  /**
   * @param length of the rule in sectors
   * @param devices makes each device, once
   */
  public TestContext(long length, Function<DeviceRef, Backing> devices) {
    this.length = length;
    this.devices = devices;
  }

  /** Makes the target of a rule. */
  public Target make(String type, String params) {
    try {
      return Targets.named(type).make(this, TargetParams.parse(type, new Sectors(length), params));
    } catch (TargetException | ParamsException e) {
      throw new AssertionError(e);
    }
  }

  /** As if the table were loaded read-only. */
  public TestContext asReadOnly() {
    readOnly = true;
    return this;
  }

  /** As if the device were being suspended with --noflush, or not any more. */
  public void noflushSuspending(boolean suspending) {
    noflush = suspending;
  }

  /** As if the table were brought back after the engine ended. */
  public TestContext remembering(String memory) {
    remembered = memory;
    return this;
  }

  /** As if what the target remembers could be made durable, or not. */
  public void remembers(boolean can) {
    remembers = can;
  }

  /** As if the rule were not the table's first. */
  public TestContext at(long sector) {
    start = sector;
    return this;
  }

  /** How many events were raised. */
  public synchronized int events() {
    return events;
  }

  @Override
  public Backing open(DeviceRef device, boolean writable, String kernelText) {
    return opened.computeIfAbsent(device, devices);
  }

  @Override
  public synchronized void raiseEvent() {
    events++;
  }

  @Override
  public boolean saveState() {
    return remembers;
  }

  @Override
  public boolean noflushSuspending() {
    return noflush;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public Sectors start() {
    return new Sectors(start);
  }

  @Override
  public Sectors length() {
    return new Sectors(length);
  }

  @Override
  public String restoredState() {
    return remembered;
  }

  @Override
  public String deviceNumber() {
    return "254:0";
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> first) {
    return type.cast(shared.computeIfAbsent(type, wanted -> first.get()));
  }
}
