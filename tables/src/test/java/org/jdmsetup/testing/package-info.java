/**
 * What the tests of all modules share: what a test needs of the machine, programs that it runs,
 * directories that it leaves nothing of. Other modules have it as this module's test jar.
 */
package org.jdmsetup.testing;
