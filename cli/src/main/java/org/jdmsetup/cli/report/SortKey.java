package org.jdmsetup.cli.report;

/**
 * What rows are sorted by.
 *
 * @param column its index
 */
record SortKey(int column, boolean descending) {}
