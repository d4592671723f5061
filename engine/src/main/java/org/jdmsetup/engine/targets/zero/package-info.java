/** The target {@code zero}. */
package org.jdmsetup.engine.targets.zero;
