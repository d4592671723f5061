/** The target {@code delay}. */
package org.jdmsetup.engine.target.delay;
