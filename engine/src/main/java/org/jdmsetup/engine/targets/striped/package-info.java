/** The target {@code striped}. */
package org.jdmsetup.engine.targets.striped;
