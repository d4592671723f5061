/**
 * Typed parameters: a record a target, which makes the kernel's checks on a rule's words and prints
 * back to the same text.
 */
package org.jdmsetup.tables.parameters;
