/** A device's table at work: where requests go, what limits they have, what is open below. */
package org.jdmsetup.engine.control.table;
