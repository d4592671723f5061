/**
 * The targets {@code snapshot-origin}, {@code snapshot} and {@code snapshot-merge}: a device as it
 * was at some time, kept by copying what is overwritten on it.
 *
 * <p>{@code Origins} has an {@code Origin} for each device that snapshots look at. All writes to it
 * come through there, whichever target they were sent to, and wait until each of its {@code
 * Snapshot}s has a copy. {@code CopyOnWrite} makes the copies: a {@code PendingException} is a
 * chunk on its way; the {@code ExceptionStore} hands out its place on the COW device and keeps it
 * there ({@code PersistentStore}, whose format is {@code CowMetadata}'s, or {@code
 * TransientStore}); then the {@code ExceptionTable} shows it to requests. {@code TrackedChunks}
 * counts the requests that use a chunk, so that none is changed below them. {@code Merge} goes the
 * other way, from the COW device to the origin, and {@code Validity} says whether a snapshot can be
 * relied on at all.
 */
package org.jdmsetup.engine.targets.snapshot;
