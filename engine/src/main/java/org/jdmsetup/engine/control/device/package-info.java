/**
 * The engine and its devices: numbers and nodes, table slots, suspend and resume, events, removal,
 * and the restore from the journal.
 */
package org.jdmsetup.engine.control.device;
