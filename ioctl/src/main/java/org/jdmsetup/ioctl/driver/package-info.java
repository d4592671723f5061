/**
 * The drivers that answer control requests: the kernel behind its control node, the engine's daemon
 * behind its socket, and the choice between them.
 */
package org.jdmsetup.ioctl.driver;
