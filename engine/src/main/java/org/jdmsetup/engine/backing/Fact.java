package org.jdmsetup.engine.backing;

/**
 * Something that a disk or a file is known by, and what it proves. The journal names it by its key,
 * which never changes its meaning.
 */
public enum Fact {
  /** The engine's own devices: their file in the journal. */
  DEVICE("device", "the engine's device", Evidence.DECISIVE),

  /** The kernel's boot in which the sequence number was given. */
  BOOT("boot", "boot", Evidence.INFORMATIVE),

  /** The kernel's sequence number of disks, which no two disks of one boot have. */
  SEQUENCE("sequence", "disk sequence number", Evidence.INFORMATIVE),

  /** The world wide name, or another identifier that the disk itself has. */
  WWID("wwid", "WWN", Evidence.DECISIVE),
  SERIAL("serial", "serial number", Evidence.DECISIVE),

  /** As in the table of partitions, so that nothing that is written to the partition changes it. */
  PARTITION_UUID("partition-uuid", "partition UUID", Evidence.DECISIVE),
  DM_UUID("dm-uuid", "device-mapper UUID", Evidence.DECISIVE),

  /** Of a file, or of the file below a loop device. */
  INODE("inode", "inode", Evidence.DECISIVE),
  FILE_SYSTEM("file-system", "file system UUID", Evidence.SUPPORTING),
  FILE_SYSTEM_ID("file-system-id", "file system id", Evidence.SUPPORTING),
  GENERATION("generation", "inode generation", Evidence.SUPPORTING),
  BORN("born", "time of birth", Evidence.SUPPORTING),

  /** Which partition of its disk; 0 for the disk itself. */
  PARTITION("partition", "partition number", Evidence.SUPPORTING),

  /** Where a loop device begins in its file, in bytes. */
  OFFSET("offset", "offset in its file", Evidence.SUPPORTING),
  BACKING_FILE("backing-file", "file below the loop device", Evidence.FALLBACK),
  DM_NAME("dm-name", "device-mapper name", Evidence.FALLBACK),
  MODEL("model", "model", Evidence.FALLBACK),

  /** In sectors; a disk can grow. */
  SIZE("size", "size in sectors", Evidence.FALLBACK),

  /** How it was found. */
  PATH("path", "path", Evidence.INFORMATIVE);

  /** What it says when both sides have the fact. */
  enum Evidence {
    /** The same when it is equal, another when it is not. */
    DECISIVE,
    /** Another when it is not equal. */
    SUPPORTING,
    /** As supporting, but asked only when nothing decisive is known. */
    FALLBACK,
    /** Nothing by itself. */
    INFORMATIVE
  }

  private final String journalKey;
  private final String label;
  private final Evidence evidence;

  Fact(String journalKey, String label, Evidence evidence) {
    this.journalKey = journalKey;
    this.label = label;
    this.evidence = evidence;
  }

  /** Its name in the journal. */
  public String journalKey() {
    return journalKey;
  }

  /** For people. */
  String label() {
    return label;
  }

  Evidence evidence() {
    return evidence;
  }

  /** The fact with this name in the journal, or null. */
  public static Fact ofJournalKey(String journalKey) {
    for (Fact fact : values()) {
      if (fact.journalKey.equals(journalKey)) {
        return fact;
      }
    }
    return null;
  }
}
