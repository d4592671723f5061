/** Who has a device open, which is to be seen in {@code /proc} only. */
package org.jdmsetup.engine.expose.openers;
