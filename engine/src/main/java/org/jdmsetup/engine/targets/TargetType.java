package org.jdmsetup.engine.targets;

import org.jdmsetup.ioctl.buffer.TargetVersion;
import org.jdmsetup.tables.parameters.TargetParams;

/**
 * A kind of target: its name and version as the kernel has them, and how one is made of its
 * parameters.
 *
 * @param <P> its parameters
 */
public record TargetType<P extends TargetParams>(
    TargetVersion version, Class<P> params, Maker<P> maker) {

  /** Makes a target. */
  public interface Maker<P> {
    Target make(TargetContext context, P params) throws TargetException;
  }

  static <P extends TargetParams> TargetType<P> of(
      String name, int major, int minor, int patch, Class<P> params, Maker<P> maker) {
    return new TargetType<>(new TargetVersion(name, major, minor, patch), params, maker);
  }

  public String name() {
    return version.name();
  }

  public Target make(TargetContext context, TargetParams parsed) throws TargetException {
    return maker.make(context, params.cast(parsed));
  }
}
