/** The target {@code striped}. */
package org.jdmsetup.engine.target.striped;
