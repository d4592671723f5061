/**
 * Random sequences of control calls, most of them meant to be refused, made to the kernel's device
 * mapper and to the engine: error numbers and buffers must be the same.
 */
package org.jdmsetup.it.ioctl;
