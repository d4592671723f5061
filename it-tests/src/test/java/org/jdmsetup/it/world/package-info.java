/**
 * The two worlds that tests run in, and what a test needs of them: the engine with directories,
 * names and loop devices of its own on this machine, and a real kernel, which is booted as a
 * process (User Mode Linux) and has disks of its own. {@link org.jdmsetup.it.world.Requirement}
 * says what is missing where a world cannot be had.
 */
package org.jdmsetup.it.world;
