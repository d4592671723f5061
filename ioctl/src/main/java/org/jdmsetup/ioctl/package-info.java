/**
 * The device-mapper control protocol: its requests and replies as bytes, the two transports that
 * carry them (the kernel's control node, the engine's socket), and the operations that a command
 * line needs on top: tasks with libdevmapper's messages, device nodes, rollback, retries.
 */
package org.jdmsetup.ioctl;
