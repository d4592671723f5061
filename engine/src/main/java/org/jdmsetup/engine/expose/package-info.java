/** How devices reach ordinary programs: a FUSE file with a loop device on it, and NBD. */
package org.jdmsetup.engine.expose;
