/** The target {@code log-writes}. */
package org.jdmsetup.engine.targets.logwrites;
