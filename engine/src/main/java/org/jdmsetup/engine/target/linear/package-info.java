/** The target {@code linear}. */
package org.jdmsetup.engine.target.linear;
