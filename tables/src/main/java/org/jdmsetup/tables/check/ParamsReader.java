package org.jdmsetup.tables.check;

import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.TargetParams;

/** How a rule's parameters are read: as a user types them, or as a control buffer has them. */
@FunctionalInterface
interface ParamsReader {

  /**
   * Reads parameters.
   *
   * @param ruleLength sectors of the rule
   */
  TargetParams read(String type, Sectors ruleLength, String params) throws ParamsException;
}
