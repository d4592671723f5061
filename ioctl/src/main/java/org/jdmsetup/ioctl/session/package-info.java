/**
 * A session with a driver and its tasks: a request is built, sent, repeated where it must be, its
 * failure explained, and undone where it was one of several.
 */
package org.jdmsetup.ioctl.session;
