package org.jdmsetup.tables.parameters;

import java.util.List;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * A rule's parameters, understood: one record a target type, which prints back to a text that reads
 * as the same record. Immutable.
 */
public sealed interface TargetParams
    permits LinearParams,
        StripedParams,
        ErrorParams,
        ZeroParams,
        UnstripedParams,
        SwitchParams,
        FlakeyParams,
        DustParams,
        DelayParams,
        LogWritesParams,
        EbsParams,
        MirrorParams,
        SnapshotOriginParams,
        SnapshotParams,
        RawParams {

  /**
   * Reads parameters as the target's constructor in the kernel does, making its checks in its
   * order.
   *
   * @param type any name; one without a record of its own gives {@link RawParams}, unchecked
   * @param ruleLength sectors of the rule
   * @param params as they stand in a control buffer: a backslash escapes the byte after it
   * @throws ParamsException if the constructor refuses them whatever the devices are
   */
  static TargetParams parse(String type, Sectors ruleLength, String params) throws ParamsException {
    return parse(type, ruleLength, params, Words::of);
  }

  /** Reads parameters as a user types them, in which a backslash is a byte like others. */
  static TargetParams parseTyped(String type, Sectors ruleLength, String params)
      throws ParamsException {
    return parse(type, ruleLength, params, Words::typed);
  }

  private static TargetParams parse(
      String type, Sectors ruleLength, String params, Function<String, Words> split)
      throws ParamsException {
    return switch (type) {
      case LinearParams.TYPE -> LinearParams.parse(ruleLength, split.apply(params));
      case StripedParams.TYPE -> StripedParams.parse(ruleLength, split.apply(params));
      case MirrorParams.TYPE -> MirrorParams.parse(ruleLength, split.apply(params));
      case ErrorParams.TYPE -> new ErrorParams();
      case ZeroParams.TYPE -> ZeroParams.parse(split.apply(params));
      case UnstripedParams.TYPE -> UnstripedParams.parse(ruleLength, split.apply(params));
      case SwitchParams.TYPE -> SwitchParams.parse(ruleLength, split.apply(params));
      case FlakeyParams.TYPE -> FlakeyParams.parse(ruleLength, split.apply(params));
      case DustParams.TYPE -> DustParams.parse(ruleLength, split.apply(params));
      case DelayParams.TYPE -> DelayParams.parse(ruleLength, split.apply(params));
      case LogWritesParams.TYPE -> LogWritesParams.parse(ruleLength, split.apply(params));
      case EbsParams.TYPE -> EbsParams.parse(ruleLength, split.apply(params));
      case SnapshotOriginParams.TYPE -> SnapshotOriginParams.parse(ruleLength, split.apply(params));
      case SnapshotParams.TYPE -> SnapshotParams.parse(false, ruleLength, split.apply(params));
      case SnapshotParams.MERGE_TYPE -> SnapshotParams.parse(true, ruleLength, split.apply(params));
      default -> new RawParams(type, params);
    };
  }

  /** The target's name. */
  String type();

  /** The parameters in canonical form, devices named as they were given. */
  default String text() {
    return text(DeviceRef::toString);
  }

  /**
   * The parameters in canonical form with other names for the devices; {@code dmsetup table} shows
   * their numbers. Blanks and backslashes in a name are escaped here.
   *
   * @param deviceName asked once for each device that is named, in the order of the text
   */
  String text(Function<DeviceRef, String> deviceName);

  /** What lies behind the rule, in the order of the parameters; empty if that is not known. */
  List<DeviceUse> devices();
}
