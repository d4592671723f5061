/** The target {@code delay}. */
package org.jdmsetup.engine.targets.delay;
