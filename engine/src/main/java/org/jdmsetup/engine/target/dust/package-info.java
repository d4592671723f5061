/** The target {@code dust}. */
package org.jdmsetup.engine.target.dust;
