package org.jdmsetup.engine.control.device;

import org.jdmsetup.engine.control.journal.SavedTable;

/**
 * Tables that the journal holds but that could not be brought back, for example because a disk is
 * missing. They stay in the journal, and a resume or load tries or replaces them.
 *
 * @param active the table that was live, null when that one is there
 * @param inactive the table in the other slot, null when there was none or it is there
 * @param reason for people
 */
record UnrestoredTables(SavedTable active, SavedTable inactive, String reason) {}
