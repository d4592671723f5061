/** The commands: a class each, listed in {@link org.jdmsetup.cli.command.Commands}. */
package org.jdmsetup.cli.command;
