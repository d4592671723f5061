/**
 * The control plane: devices and their table slots, suspend and resume, events, the control
 * protocol, and the journal that brings devices back.
 */
package org.jdmsetup.engine.control;
