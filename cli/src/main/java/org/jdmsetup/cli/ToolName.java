package org.jdmsetup.cli;

/** The tool to be: the name that the program was called by decides. */
enum ToolName {
  DMSETUP("dmsetup"),
  LOSETUP("losetup"),
  DMLOSETUP("dmlosetup"),
  DMSTATS("dmstats"),
  DEVMAP_NAME("devmap_name");

  private final String word;

  ToolName(String word) {
    this.word = word;
  }

  /** The tool of a program name, which may have directories before it. */
  static ToolName of(String argv0) {
    String base = argv0.substring(argv0.lastIndexOf('/') + 1);
    for (ToolName tool : values()) {
      if (tool.word.equals(base)) {
        return tool;
      }
    }
    return DMSETUP;
  }

  /** The name in usage texts. */
  String word() {
    return word;
  }
}
