/** The target {@code ebs}. */
package org.jdmsetup.engine.target.ebs;
