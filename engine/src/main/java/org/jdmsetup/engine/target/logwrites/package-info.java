/** The target {@code log-writes}. */
package org.jdmsetup.engine.target.logwrites;
