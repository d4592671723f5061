/** The targets {@code snapshot-origin}, {@code snapshot} and {@code snapshot-merge}. */
package org.jdmsetup.engine.targets.snapshot;
