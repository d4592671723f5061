/**
 * What travels to a driver and back: {@code struct dm_ioctl}, the payloads behind it, the numbers
 * of requests, and how names are written in both.
 */
package org.jdmsetup.ioctl.buffer;
