/**
 * Working with udev: what its rules are told with a request ({@code Udev}, {@code EventCookie}),
 * and the semaphores, called cookies too, by which a command waits for them ({@code UdevCookies}).
 */
package org.jdmsetup.ioctl.udev;
