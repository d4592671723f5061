/**
 * What a mapped device sits on, disks and regular files: opened once for all tables, claimed, and
 * known again after a restart.
 */
package org.jdmsetup.engine.backing;
