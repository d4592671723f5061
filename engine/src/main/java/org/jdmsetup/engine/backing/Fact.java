package org.jdmsetup.engine.backing;

/**
 * Something that a disk or a file is known by, and how much it says. The words are those of the
 * journal and never change their meaning.
 */
public enum Fact {
  /** The engine's own devices: their file in the journal. */
  DEVICE("device", "the engine's device", Weight.DECISIVE),

  /** The kernel's boot in which the sequence number was given. */
  BOOT("boot", "boot", Weight.NONE),

  /** The kernel's sequence number of disks, which no two disks of one boot have. */
  SEQUENCE("sequence", "disk sequence number", Weight.NONE),

  /** The world wide name, or another identifier that the disk itself has. */
  WWID("wwid", "WWN", Weight.DECISIVE),
  SERIAL("serial", "serial number", Weight.DECISIVE),

  /** As in the table of partitions, so that nothing that is written to the partition changes it. */
  PARTITION_UUID("partition-uuid", "partition UUID", Weight.DECISIVE),
  DM_UUID("dm-uuid", "device-mapper UUID", Weight.DECISIVE),

  /** Of a file, or of the file below a loop device. */
  INODE("inode", "inode", Weight.DECISIVE),
  FILE_SYSTEM("file-system", "file system UUID", Weight.SUPPORTING),
  FILE_SYSTEM_ID("file-system-id", "file system id", Weight.SUPPORTING),
  GENERATION("generation", "inode generation", Weight.SUPPORTING),
  BORN("born", "time of birth", Weight.SUPPORTING),

  /** Which partition of its disk; 0 for the disk itself. */
  PARTITION("partition", "partition number", Weight.SUPPORTING),

  /** Where a loop device begins in its file, in bytes. */
  OFFSET("offset", "offset in its file", Weight.SUPPORTING),
  BACKING_FILE("backing-file", "file below the loop device", Weight.LAST),
  DM_NAME("dm-name", "device-mapper name", Weight.LAST),
  MODEL("model", "model", Weight.LAST),

  /** In sectors; a disk can grow. */
  SIZE("size", "size in sectors", Weight.LAST),

  /** How it was found. */
  PATH("path", "path", Weight.NONE);

  /** What it says when both sides have the fact. */
  enum Weight {
    /** The same when it is equal, another when it is not. */
    DECISIVE,
    /** Another when it is not equal. */
    SUPPORTING,
    /** As supporting, but asked only when nothing decisive is known. */
    LAST,
    /** Nothing by itself. */
    NONE
  }

  private final String word;
  private final String label;
  private final Weight weight;

  Fact(String word, String label, Weight weight) {
    this.word = word;
    this.label = label;
    this.weight = weight;
  }

  /** As in the journal. */
  public String word() {
    return word;
  }

  /** For people. */
  String label() {
    return label;
  }

  Weight weight() {
    return weight;
  }

  /** The fact with a word, or null. */
  public static Fact named(String word) {
    for (Fact fact : values()) {
      if (fact.word.equals(word)) {
        return fact;
      }
    }
    return null;
  }
}
