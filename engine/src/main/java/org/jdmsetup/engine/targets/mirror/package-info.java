/** The target {@code mirror}. */
package org.jdmsetup.engine.targets.mirror;
