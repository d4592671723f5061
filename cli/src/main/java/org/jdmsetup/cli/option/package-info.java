/**
 * The options: their table, how words become options and operands, and how their arguments are
 * read.
 */
package org.jdmsetup.cli.option;
