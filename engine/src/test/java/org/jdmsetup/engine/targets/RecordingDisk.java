package org.jdmsetup.engine.targets;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.block.Outcome;
import org.jdmsetup.engine.block.Request;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.DeviceRef;

/** A disk of 1000 sectors that notes what it is asked for and holds nothing. */
public final class RecordingDisk implements Backing {
  private final DeviceNumber number;
  private final List<String> seen;
  private final ToIntFunction<Request> served;

  /** One that serves everything. */
  public RecordingDisk(DeviceRef device, List<String> seen) {
    this(device, seen, request -> 0);
  }

  /**
   * @param device by its number
   * @param seen gets a line a request: {@code 8:16 200+1} for a sector and a length
   * @param served the error number with which a request completes
   */
  public RecordingDisk(DeviceRef device, List<String> seen, ToIntFunction<Request> served) {
    number = ((DeviceRef.Number) device).number();
    this.seen = seen;
    this.served = served;
  }

  @Override
  public void submit(Request request) {
    seen.add(number + " " + request.sector() + "+" + request.sectors());
    request.complete(Outcome.of(served.applyAsInt(request)));
  }

  @Override
  public DeviceNumber number() {
    return number;
  }

  @Override
  public String tableWord() {
    return number.toString();
  }

  @Override
  public String description() {
    return tableWord();
  }

  @Override
  public Identity identity() {
    return Identity.NONE;
  }

  @Override
  public long sizeSectors() {
    return 1000;
  }

  @Override
  public int logicalBlockSize() {
    return 512;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean supportsDiscard() {
    return true;
  }

  @Override
  public boolean supportsWriteZeroes() {
    return true;
  }

  @Override
  public boolean retain() {
    return true;
  }

  @Override
  public void release() {}
}
