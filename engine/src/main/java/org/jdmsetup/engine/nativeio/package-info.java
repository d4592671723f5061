/** The engine's one door to native code, and the page-aligned memory that goes through it. */
package org.jdmsetup.engine.nativeio;
