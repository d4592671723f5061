/**
 * The control protocol: the requests of device mapper's control node, in the kernel's own bytes.
 */
package org.jdmsetup.engine.control.protocol;
