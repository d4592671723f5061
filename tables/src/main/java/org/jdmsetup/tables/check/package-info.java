/**
 * What is wrong with a table, in the kernel's order and with its texts; and tables in which nothing
 * is.
 */
package org.jdmsetup.tables.check;
