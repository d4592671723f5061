/** The locks of the engine's control plane and the order in which a thread may take them. */
package org.jdmsetup.engine.lock;
