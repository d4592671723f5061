/**
 * Many requests in flight on few threads: event loops, which wait for descriptors and for finished
 * operations together, and two ways of carrying out operations on files without waiting for them,
 * io_uring(7) and a pool of threads.
 */
package org.jdmsetup.engine.aio;
