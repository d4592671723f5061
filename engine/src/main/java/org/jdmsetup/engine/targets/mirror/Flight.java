package org.jdmsetup.engine.targets.mirror;

import org.jdmsetup.engine.block.Request;

/** A write to all legs of a region; kept and used again by {@link Regions}. */
final class Flight {
  Request write;
  long first;
  long end;
  Flight next;
}
