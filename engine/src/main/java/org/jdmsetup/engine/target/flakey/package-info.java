/** The target {@code flakey}. */
package org.jdmsetup.engine.target.flakey;
