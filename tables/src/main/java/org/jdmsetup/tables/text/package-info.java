/**
 * Texts that describe tables, read as dmsetup reads them: lines, words, numbers, positions, and
 * what was probably meant.
 */
package org.jdmsetup.tables.text;
