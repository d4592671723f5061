/** The target {@code ebs}. */
package org.jdmsetup.engine.targets.ebs;
