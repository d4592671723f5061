package org.jdmsetup.engine.targets;

import java.util.List;
import org.jdmsetup.engine.targets.delay.DelayTarget;
import org.jdmsetup.engine.targets.dust.DustTarget;
import org.jdmsetup.engine.targets.ebs.EbsTarget;
import org.jdmsetup.engine.targets.error.ErrorTarget;
import org.jdmsetup.engine.targets.flakey.FlakeyTarget;
import org.jdmsetup.engine.targets.linear.LinearTarget;
import org.jdmsetup.engine.targets.logwrites.LogWritesTarget;
import org.jdmsetup.engine.targets.mirror.MirrorTarget;
import org.jdmsetup.engine.targets.snapshot.SnapshotMergeTarget;
import org.jdmsetup.engine.targets.snapshot.SnapshotOriginTarget;
import org.jdmsetup.engine.targets.snapshot.SnapshotTarget;
import org.jdmsetup.engine.targets.striped.StripedTarget;
import org.jdmsetup.engine.targets.switching.SwitchTarget;
import org.jdmsetup.engine.targets.unstriped.UnstripedTarget;
import org.jdmsetup.engine.targets.zero.ZeroTarget;
import org.jdmsetup.tables.parameters.DelayParams;
import org.jdmsetup.tables.parameters.DustParams;
import org.jdmsetup.tables.parameters.EbsParams;
import org.jdmsetup.tables.parameters.ErrorParams;
import org.jdmsetup.tables.parameters.FlakeyParams;
import org.jdmsetup.tables.parameters.LinearParams;
import org.jdmsetup.tables.parameters.LogWritesParams;
import org.jdmsetup.tables.parameters.MirrorParams;
import org.jdmsetup.tables.parameters.SnapshotOriginParams;
import org.jdmsetup.tables.parameters.SnapshotParams;
import org.jdmsetup.tables.parameters.StripedParams;
import org.jdmsetup.tables.parameters.SwitchParams;
import org.jdmsetup.tables.parameters.UnstripedParams;
import org.jdmsetup.tables.parameters.ZeroParams;

/** The targets that the engine has: a line each, in the order in which a kernel lists them. */
public final class Targets {

  public static final List<TargetType<?>> ALL =
      List.of(
          TargetType.of("dust", 1, 0, 0, DustParams.class, DustTarget::new),
          TargetType.of("flakey", 1, 5, 0, FlakeyParams.class, FlakeyTarget::new),
          TargetType.of("switch", 1, 1, 0, SwitchParams.class, SwitchTarget::new),
          TargetType.of("unstriped", 1, 1, 0, UnstripedParams.class, UnstripedTarget::new),
          TargetType.of("ebs", 1, 0, 1, EbsParams.class, EbsTarget::new),
          TargetType.of("log-writes", 1, 1, 0, LogWritesParams.class, LogWritesTarget::new),
          TargetType.of("delay", 1, 3, 0, DelayParams.class, DelayTarget::new),
          TargetType.of("mirror", 1, 14, 0, MirrorParams.class, MirrorTarget::new),
          TargetType.of("snapshot-merge", 1, 5, 0, SnapshotParams.class, SnapshotMergeTarget::new),
          TargetType.of(
              "snapshot-origin", 1, 9, 0, SnapshotOriginParams.class, SnapshotOriginTarget::new),
          TargetType.of("snapshot", 1, 16, 0, SnapshotParams.class, SnapshotTarget::new),
          TargetType.of("zero", 1, 1, 0, ZeroParams.class, ZeroTarget::new),
          TargetType.of("striped", 1, 6, 0, StripedParams.class, StripedTarget::new),
          TargetType.of("linear", 1, 4, 0, LinearParams.class, LinearTarget::new),
          TargetType.of("error", 1, 5, 0, ErrorParams.class, ErrorTarget::new));

  private Targets() {}

  /** The target with this name, or null. */
  public static TargetType<?> named(String name) {
    for (TargetType<?> type : ALL) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
