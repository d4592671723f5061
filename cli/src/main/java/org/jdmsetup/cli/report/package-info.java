/**
 * Column reports: fields, their layout, sorting and selection, as libdevmapper prints them; the
 * rows that need no driver of their own; the device tree. Nothing here speaks to a driver: callers
 * bring a {@link org.jdmsetup.cli.report.Row} an object.
 *
 * <p>All text is byte text ({@link org.jdmsetup.tables.ByteText}), so widths count bytes as dmsetup
 * does. Nothing here is thread-safe.
 */
package org.jdmsetup.cli.report;
