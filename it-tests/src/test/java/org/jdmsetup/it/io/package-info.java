/**
 * Random I/O scripts, played on the kernel's device mapper and on the engine: what is read, how
 * each request ends, status lines, and what is left on every disk must be the same.
 */
package org.jdmsetup.it.io;
