/** The target {@code linear}. */
package org.jdmsetup.engine.targets.linear;
