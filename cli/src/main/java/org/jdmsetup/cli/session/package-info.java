/**
 * What a command works with while it runs: options, streams, the driver, the report that it fills,
 * and what the driver tells of devices.
 */
package org.jdmsetup.cli.session;
