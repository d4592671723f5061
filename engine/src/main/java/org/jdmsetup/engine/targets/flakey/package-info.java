/** The target {@code flakey}. */
package org.jdmsetup.engine.targets.flakey;
