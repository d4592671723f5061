package org.jdmsetup.tables.parameters;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a target type demands of the tables that it is in; the flags of types in Linux 6.1. */
public enum TargetFeature {
  /** It is the only rule of its table. */
  SINGLETON,
  /** Not in a read-only table. */
  ALWAYS_WRITEABLE,
  /** Mixes with no other type, and gives way to no other type once it is live. */
  IMMUTABLE,
  /** May take the place of an immutable type. */
  WILDCARD;

  private static final Map<String, Set<TargetFeature>> BY_TYPE =
      Map.of(
          "error", EnumSet.of(WILDCARD),
          "integrity", EnumSet.of(SINGLETON),
          "multipath", EnumSet.of(SINGLETON, IMMUTABLE),
          "thin-pool", EnumSet.of(SINGLETON, ALWAYS_WRITEABLE, IMMUTABLE),
          "vdo", EnumSet.of(SINGLETON),
          "verity", EnumSet.of(IMMUTABLE),
          "zoned", EnumSet.of(SINGLETON));

  /** Whether a type demands this. */
  public boolean of(String type) {
    return BY_TYPE.getOrDefault(type, Set.of()).contains(this);
  }
}
