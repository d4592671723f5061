/**
 * Working with udev: what its rules are told with a request, and the cookies by which a command
 * waits for them.
 */
package org.jdmsetup.ioctl.udev;
