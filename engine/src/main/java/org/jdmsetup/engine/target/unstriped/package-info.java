/** The target {@code unstriped}. */
package org.jdmsetup.engine.target.unstriped;
