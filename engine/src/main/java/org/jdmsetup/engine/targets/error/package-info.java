/** The target {@code error}. */
package org.jdmsetup.engine.targets.error;
