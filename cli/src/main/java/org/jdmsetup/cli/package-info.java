/**
 * The command line: words become options and operands exactly as dmsetup reads them, a command runs
 * on the control device, and what dmsetup would print is printed; after a failure, also why.
 */
package org.jdmsetup.cli;
