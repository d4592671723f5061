package org.jdmsetup.ioctl.buffer;

import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;

/**
 * One {@code struct dm_target_spec} with its parameters.
 *
 * @param start first sector
 * @param length in sectors
 * @param status the target's own status number; 0 everywhere but in old kernels' replies
 * @param type the target type, at most 15 bytes
 * @param params byte text, free of NUL: what the user typed in a request to be written, what stands
 *     there with its escapes in one that was read, what the target printed in a reply
 */
public record TargetSpec(Sectors start, Sectors length, int status, String type, String params) {

  public TargetSpec(Sectors start, Sectors length, String type, String params) {
    this(start, length, 0, type, params);
  }

  public static TargetSpec of(Rule rule) {
    return new TargetSpec(rule.start(), rule.length(), rule.type(), rule.params());
  }

  public Rule toRule() {
    return new Rule(start, length, type, params);
  }
}
