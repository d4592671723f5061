/** The request model, and what a mapped device sits on. */
package org.jdmsetup.engine.block;
