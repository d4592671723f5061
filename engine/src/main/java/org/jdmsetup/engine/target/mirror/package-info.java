/** The target {@code mirror}. */
package org.jdmsetup.engine.target.mirror;
