/**
 * Block requests: what they ask for and how they end; how they wait, are cut, copied and counted.
 */
package org.jdmsetup.engine.block;
