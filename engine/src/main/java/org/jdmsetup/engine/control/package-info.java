/**
 * The control plane, by room: {@code protocol} answers control requests, {@code device} has the
 * engine with its devices and does what is asked of them, {@code journal} keeps what a restart
 * brings back, {@code table} directs a device's requests to targets. Each uses those named after
 * it; all use what is here.
 */
package org.jdmsetup.engine.control;
