/** Block devices: a loop device on each file of the FUSE mount. */
package org.jdmsetup.engine.expose.loop;
