/**
 * The target {@code mirror}: the same data on several {@code Legs}, compared and repaired by
 * regions.
 *
 * <p>{@code ReadPath} reads from one leg, and tries another if that fails. {@code WritePath} asks
 * {@code Regions} whether a write may go to the legs at once ({@code LegWrites}) or the {@code
 * MirrorWorker} comes first. That does one thing after another on the mirror's work queue: it marks
 * regions in the {@code DirtyLog} before they are written (in memory, {@code CoreLog}, or on a
 * device, {@code DiskLog}), has {@code Recovery} make regions alike that are not in sync, and the
 * {@code Sweeper} note as clean those that have been idle for a while. Writes that missed a leg end
 * up in {@code HeldWrites}, or change the default leg, which {@code SavedDefaultLeg} has in the
 * journal before such a write completes.
 */
package org.jdmsetup.engine.targets.mirror;
