/** The target {@code dust}. */
package org.jdmsetup.engine.targets.dust;
