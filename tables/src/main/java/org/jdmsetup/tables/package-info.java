/**
 * Mapping tables: the text that users type, the rules it stands for, typed parameters of each
 * target, validation with the place and the reason of every fault, and lookup of the rule that
 * holds a sector. Depends on nothing but the JDK.
 */
package org.jdmsetup.tables;
