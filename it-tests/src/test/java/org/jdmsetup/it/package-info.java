/**
 * The integration tests, of the packaged product and of all modules together. Those whose names
 * begin with Engine run in an {@link org.jdmsetup.it.world.EngineWorld}, on this machine; those
 * that begin with Kernel look at what a real kernel did in a guest, the {@link
 * org.jdmsetup.it.world.KernelWorld}; the others say themselves what they need. What is compared
 * between the two has packages of its own: {@link org.jdmsetup.it.cases command lines}, {@link
 * org.jdmsetup.it.ioctl control calls}, {@link org.jdmsetup.it.io input and output}.
 */
package org.jdmsetup.it;
