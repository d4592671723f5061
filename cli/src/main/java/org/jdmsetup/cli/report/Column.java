package org.jdmsetup.cli.report;

/**
 * A field of a report: shown, or only there to sort or to select by.
 *
 * @param hidden whether it is not shown
 */
record Column(Field field, boolean hidden) {}
