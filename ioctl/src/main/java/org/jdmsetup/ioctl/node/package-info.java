/**
 * The nodes of mapped devices below {@code /dev}: made, found, removed, and what the kernel knows
 * of the devices behind them.
 */
package org.jdmsetup.ioctl.node;
