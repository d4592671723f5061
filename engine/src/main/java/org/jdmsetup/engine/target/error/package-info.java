/** The target {@code error}. */
package org.jdmsetup.engine.target.error;
