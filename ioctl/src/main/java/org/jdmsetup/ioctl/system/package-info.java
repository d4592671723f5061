/**
 * The operating system as this module uses it: the one door to the C library, error numbers,
 * programs, the terminal, the words that the process was started with.
 */
package org.jdmsetup.ioctl.system;
