package org.jdmsetup.tables.check;

import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.text.Position;

/**
 * Something wrong in a text that describes devices, found without any device at hand. Its strings
 * quote the text in {@linkplain ByteText byte text}.
 *
 * @param position where in the text, not only in the table that it belongs to
 * @param found what stands there, in plain words
 * @param expected what should stand there, in plain words
 */
public record Finding(Position position, String found, String expected) {}
