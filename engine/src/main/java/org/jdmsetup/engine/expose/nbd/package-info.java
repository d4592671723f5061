/** Devices over NBD on a Unix socket. */
package org.jdmsetup.engine.expose.nbd;
