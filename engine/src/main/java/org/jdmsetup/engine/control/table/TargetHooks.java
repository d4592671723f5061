package org.jdmsetup.engine.control.table;

import org.jdmsetup.engine.block.Faults;
import org.jdmsetup.engine.targets.Target;

/**
 * Tells all targets of a table that their device is suspended or resumed, in the order of rules.
 */
public final class TargetHooks {
  private TargetHooks() {}

  /** One of the calls: {@link Target#presuspend}, say. */
  public interface Hook {
    void on(Target target);
  }

  /**
   * Calls each target; what one throws ends it.
   *
   * @param table null if the device has none, and nothing is to be done
   */
  public static void run(Table table, Hook hook) {
    if (table != null) {
      for (int i = 0; i < table.size(); i++) {
        hook.on(table.target(i));
      }
    }
  }

  /** Calls each target, where there is no way back: what one throws is logged. */
  public static void runAll(Table table, Hook hook) {
    run(
        table,
        target -> {
          try {
            hook.on(target);
          } catch (Throwable thrown) {
            Faults.log("suspending or resuming a target", thrown);
          }
        });
  }
}
