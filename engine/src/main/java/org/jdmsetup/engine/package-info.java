/** The daemon: its process, its socket, its start and its end. */
package org.jdmsetup.engine;
