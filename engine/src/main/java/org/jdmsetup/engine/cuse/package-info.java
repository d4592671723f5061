/**
 * A control node for programs that know nothing of the engine: a character device whose ioctls,
 * those of the kernel's {@code /dev/mapper/control}, the daemon answers through CUSE.
 */
package org.jdmsetup.engine.cuse;
