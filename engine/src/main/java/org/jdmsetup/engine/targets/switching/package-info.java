/** The target {@code switch}, whose name is a word of Java. */
package org.jdmsetup.engine.targets.switching;
