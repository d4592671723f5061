/**
 * The pages of docs/ in other forms: help on a command, manual pages, completion scripts. What a
 * command takes is written down in docs/dmsetup.md and nowhere else.
 */
package org.jdmsetup.cli.manual;
