package org.jdmsetup.cli.report;

/** How a field's values are aligned, compared and written in a selection. */
public enum FieldType {
  /** Bytes; aligned left. */
  STRING("string"),
  /** Unsigned 64 bits; aligned right. */
  NUMBER("number"),
  /** Sectors, possibly a fraction; aligned right. */
  SIZE("size");

  private final String word;

  FieldType(String word) {
    this.word = word;
  }

  /** The type's name in the help of selections. */
  String word() {
    return word;
  }
}
