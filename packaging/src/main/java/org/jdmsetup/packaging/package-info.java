/**
 * What the build runs while it packages: every jar becomes one, made to start fast. None of this is
 * shipped.
 */
package org.jdmsetup.packaging;
