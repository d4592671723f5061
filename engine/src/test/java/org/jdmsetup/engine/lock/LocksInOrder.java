package org.jdmsetup.engine.lock;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test during which any thread took locks out of order. The thread itself has failed too,
 * but it may be one whose failures are only logged. JUnit finds this by {@code META-INF/services}
 * and applies it to all tests of the module.
 */
public final class LocksInOrder implements AfterEachCallback, AfterAllCallback {

  @Override
  public void afterEach(ExtensionContext test) {
    check();
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    check();
  }

  private static void check() {
    AssertionError violation = HeldLocks.takeViolation();
    if (violation != null) {
      throw new AssertionError(violation.getMessage(), violation);
    }
  }
}
