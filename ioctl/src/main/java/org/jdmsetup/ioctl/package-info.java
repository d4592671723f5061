/**
 * The device-mapper control protocol: its requests and replies as bytes, the two drivers that
 * answer them (the kernel behind its control node, the engine behind its socket), and the
 * operations that a command line needs on top: tasks with libdevmapper's messages, device nodes,
 * udev, rollback, retries. The rooms are {@code session} (the way in), {@code driver}, {@code
 * node}, {@code udev}, {@code buffer} and {@code system}, each of which uses only those behind it;
 * this package has what all of them speak of: the settings of a session, and how one fails.
 */
package org.jdmsetup.ioctl;
