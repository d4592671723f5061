/** Devices as the files of a FUSE mount, and the threads that serve it. */
package org.jdmsetup.engine.expose.fuse;
