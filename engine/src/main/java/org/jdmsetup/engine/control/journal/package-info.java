/** What is kept of devices for the next daemon, and its files. */
package org.jdmsetup.engine.control.journal;
