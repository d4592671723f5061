package org.jdmsetup.cli;

/**
 * The tool that this program stands for, which the name decides by which it was called. A user may
 * make a link named {@code losetup}; the package brings none.
 */
enum ToolName {
  DMSETUP("dmsetup"),
  LOSETUP("losetup"),
  DMLOSETUP("dmlosetup"),
  DMSTATS("dmstats"),
  DEVMAP_NAME("devmap_name");

  private final String programName;

  ToolName(String programName) {
    this.programName = programName;
  }

  /** The tool of a program name, which may have directories before it; DMSETUP for others. */
  static ToolName of(String argv0) {
    String base = argv0.substring(argv0.lastIndexOf('/') + 1);
    for (ToolName tool : values()) {
      if (tool.programName.equals(base)) {
        return tool;
      }
    }
    return DMSETUP;
  }

  /** Its name, which usage texts begin with. */
  String programName() {
    return programName;
  }
}
