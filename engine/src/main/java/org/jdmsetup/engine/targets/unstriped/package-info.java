/** The target {@code unstriped}. */
package org.jdmsetup.engine.targets.unstriped;
