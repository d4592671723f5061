package org.jdmsetup.tables.check;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.parameters.DeviceRef;
import org.jdmsetup.tables.parameters.DustParams;
import org.jdmsetup.tables.parameters.ErrorParams;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.RawParams;
import org.jdmsetup.tables.parameters.TargetParams;
import org.jdmsetup.tables.parameters.UnstripedParams;
import org.jdmsetup.tables.text.Words;

/**
 * What a kernel does with a table before it meets a problem in it: which devices it opens, and
 * whether anything else can fail before.
 */
final class BeforeProblem {

  private final List<Rule> rules;
  private final ParamsReader reader;
  private final Problem problem;

  BeforeProblem(List<Rule> rules, ParamsReader reader, Problem problem) {
    this.rules = rules;
    this.reader = reader;
    this.problem = problem;
  }

  /** The devices that a kernel opens before, in its order, as far as one understands. */
  Set<DeviceRef> devices() {
    Set<DeviceRef> devices = new LinkedHashSet<>();
    for (int i = 0; i < problem.rule(); i++) {
      TargetParams params = understood(rules.get(i));
      // These answer EINVAL whatever is wrong with a device: then it does not matter which is met.
      boolean invalid = params instanceof UnstripedParams || params instanceof DustParams;
      if (params != null && !(invalid && problem.errno() == Errno.EINVAL)) {
        params.devices().forEach(use -> devices.add(use.device()));
      }
    }
    if (problem.rule() >= 0) {
      devices.addAll(devicesBeforeFault(rules.get(problem.rule())));
    }
    return devices;
  }

  /** Whether nothing but their devices can fail in the rules before. */
  boolean isUnderstood() {
    for (int i = 0; i < problem.rule(); i++) {
      if (understood(rules.get(i)) == null) {
        return false;
      }
    }
    return true;
  }

  /** A rule's parameters if this class knows all that a kernel's constructor can do with them. */
  private TargetParams understood(Rule rule) {
    try {
      TargetParams params = reader.read(rule.type(), rule.length(), rule.params());
      boolean mayOpenDevice = params instanceof ErrorParams && Words.of(rule.params()).size() != 0;
      return params instanceof RawParams || mayOpenDevice ? null : params;
    } catch (ParamsException problemOfAnEarlierRule) {
      return null;
    }
  }

  private List<DeviceRef> devicesBeforeFault(Rule rule) {
    try {
      reader.read(rule.type(), rule.length(), rule.params());
      return List.of();
    } catch (ParamsException e) {
      return e.kernelText().equals(problem.kernelText()) ? e.devicesBefore() : List.of();
    }
  }
}
