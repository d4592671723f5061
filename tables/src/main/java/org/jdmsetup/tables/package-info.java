/**
 * Mapping tables: the text that users type ({@code text}), typed parameters of each target ({@code
 * parameters}), and validation with the place and the reason of every fault, down to a table in
 * which the rule that holds a sector can be looked up ({@code check}). This package has what all of
 * them speak of. Depends on nothing but the JDK.
 */
package org.jdmsetup.tables;
