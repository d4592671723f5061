/**
 * Work that targets do in the background until it is finished: what their status tells of it, and
 * how a person is shown it. A target is added with a {@link
 * org.jdmsetup.cli.progress.ProgressReader} of its own.
 */
package org.jdmsetup.cli.progress;
