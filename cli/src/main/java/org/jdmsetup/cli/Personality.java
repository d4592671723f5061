package org.jdmsetup.cli;

/** Which tool we are: the name that we were called by decides. */
enum Personality {
  DMSETUP("dmsetup"),
  LOSETUP("losetup"),
  DMLOSETUP("dmlosetup"),
  DMSTATS("dmstats"),
  DEVMAP_NAME("devmap_name");

  private final String word;

  Personality(String word) {
    this.word = word;
  }

  /** The personality of a program name, which may have directories before it. */
  static Personality of(String argv0) {
    String base = argv0.substring(argv0.lastIndexOf('/') + 1);
    for (Personality personality : values()) {
      if (personality.word.equals(base)) {
        return personality;
      }
    }
    return DMSETUP;
  }

  /** The name in usage texts. */
  String word() {
    return word;
  }
}
