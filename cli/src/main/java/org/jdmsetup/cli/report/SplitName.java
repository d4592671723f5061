package org.jdmsetup.cli.report;

/**
 * The components of a device name made by LVM: volume group, logical volume and layer, joined by
 * single hyphens, where a hyphen inside a component is doubled.
 */
public record SplitName(String vg, String lv, String layer) {
  /** The only subsystem whose names are split. */
  public static final String LVM = "LVM";

  private static final SplitName NOTHING = new SplitName("", "", "");

  /**
   * Splits a name (byte text) as a subsystem does; all components are empty for any but LVM. What
   * follows the layer is dropped.
   */
  public static SplitName of(String subsystem, String name) {
    if (!subsystem.equals(LVM)) {
      return NOTHING;
    }
    String[] parts = {"", "", ""};
    int start = 0;
    for (int i = 0; i < parts.length && start < name.length(); i++) {
      StringBuilder part = new StringBuilder();
      start = read(name, start, part);
      parts[i] = part.toString();
    }
    return new SplitName(parts[0], parts[1], parts[2]);
  }

  /** The subsystem that a device's UUID names: what stands before its first hyphen. */
  public static String subsystemOf(String uuid) {
    int hyphen = uuid.indexOf('-');
    return hyphen < 0 ? "" : uuid.substring(0, hyphen);
  }

  /** Reads one component; returns where the next one starts. */
  private static int read(String name, int start, StringBuilder part) {
    int i = start;
    while (i < name.length()) {
      char c = name.charAt(i++);
      if (c == '-' && i < name.length()) {
        if (name.charAt(i) != '-') {
          return i;
        }
        i++;
      }
      part.append(c);
    }
    return i;
  }

  /** The component in one of the fields of {@link FieldGroup#SPLITNAME}. */
  Value value(Field field) {
    switch (field) {
      case VG_NAME:
        return Value.text(vg);
      case LV_NAME:
        return Value.text(lv);
      case LV_LAYER:
        return Value.text(layer);
      default:
        throw new IllegalArgumentException(field.id() + " is not a component of a name");
    }
  }
}
