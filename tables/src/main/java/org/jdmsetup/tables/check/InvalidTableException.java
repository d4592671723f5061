package org.jdmsetup.tables.check;

import java.util.List;
import org.jdmsetup.tables.parameters.DeviceRef;

/** Rules that make no valid table; its message is {@link Problem#reason()}. */
public final class InvalidTableException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final transient List<DeviceRef> devicesBefore;

  InvalidTableException(Problem problem, List<DeviceRef> devicesBefore) {
    super(problem.reason());
    this.problem = problem;
    this.devicesBefore = devicesBefore;
  }

  /** The problem that a kernel would meet first. */
  public Problem problem() {
    return problem;
  }

  /**
   * The devices that a kernel opens before it meets the problem, in its order and each once: if one
   * of them cannot be opened, that is the kernel's error instead.
   */
  public List<DeviceRef> devicesBefore() {
    return devicesBefore;
  }
}
