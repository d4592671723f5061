/**
 * Where devices are mounted, and the freezing of their file systems while a device is suspended.
 */
package org.jdmsetup.engine.expose.freeze;
