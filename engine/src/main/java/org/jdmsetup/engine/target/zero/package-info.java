/** The target {@code zero}. */
package org.jdmsetup.engine.target.zero;
