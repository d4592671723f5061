package org.jdmsetup.ioctl;

import java.util.Map;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.tables.ByteText;

/**
 * What holds for a whole session: which driver, where nodes are, how names are mangled. Mutable
 * while options are read; a session looks at it when it is first used.
 */
public final class Settings {
  private Backend backend = Backend.AUTO;
  private String deviceDirectory = "/dev/";
  private Mangling mangling = Mangling.AUTO;
  private boolean forceLoad;
  private boolean keepEngine;
  private boolean udevRules = true;
  private boolean udevDisabled;
  private boolean udevSync = true;
  private boolean verifyUdev;
  private int udevCookie;
  private EndingSignals endingSignals = EndingSignals.NOT_HELD;

  /**
   * Settings by the environment: DM_DEV_DIR, DM_DEFAULT_NAME_MANGLING_MODE, DM_DISABLE_UDEV,
   * JDMSETUP_BACKEND.
   *
   * @throws IllegalArgumentException with the line to print if a variable's value is of no use
   */
  public static Settings of(Map<String, String> environment) {
    Settings settings = new Settings();
    String directory = environment.getOrDefault("DM_DEV_DIR", "");
    if (!directory.isEmpty()) {
      settings.deviceDirectory(ByteText.ofUnicode(directory));
    }
    Mangling mangling =
        Mangling.ofWord(environment.getOrDefault("DM_DEFAULT_NAME_MANGLING_MODE", ""));
    if (mangling != null) {
      settings.mangling(mangling);
    }
    if (environment.containsKey("DM_DISABLE_UDEV")) {
      settings.udevRules(false).udevDisabled(true);
    }
    String backend = environment.getOrDefault("JDMSETUP_BACKEND", "");
    if (!backend.isEmpty()) {
      if (Backend.ofWord(backend) == null) {
        throw new IllegalArgumentException(
            "JDMSETUP_BACKEND is \"" + backend + "\", expected auto, kernel or engine.");
      }
      settings.backend(Backend.ofWord(backend));
    }
    return settings;
  }

  public Backend backend() {
    return backend;
  }

  public Settings backend(Backend value) {
    backend = value;
    return this;
  }

  /** The device directory, with its final slash; {@code /dev/} as a rule. */
  public String deviceDirectory() {
    return deviceDirectory;
  }

  /**
   * @throws IllegalArgumentException with the line to print if the path is not absolute
   */
  public Settings deviceDirectory(String value) {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("Invalid DM_DEV_DIR environment variable value.");
    }
    deviceDirectory = value.endsWith("/") ? value : value + "/";
    return this;
  }

  /** Where the nodes of mapped devices and the control node are, without a final slash. */
  public String nodeDirectory() {
    return deviceDirectory + "mapper";
  }

  public Mangling mangling() {
    return mangling;
  }

  public Settings mangling(Mangling value) {
    mangling = value;
    return this;
  }

  /** Whether tables that are certain to be refused are sent to the driver all the same. */
  public boolean forceLoad() {
    return forceLoad;
  }

  public Settings forceLoad(boolean value) {
    forceLoad = value;
    return this;
  }

  /** Whether the engine shall stay when its last device goes. */
  public boolean keepEngine() {
    return keepEngine;
  }

  public Settings keepEngine(boolean value) {
    keepEngine = value;
    return this;
  }

  /** Whether udev shall apply its rules for mapped devices. */
  public boolean udevRules() {
    return udevRules;
  }

  public Settings udevRules(boolean value) {
    udevRules = value;
    return this;
  }

  /** Whether the user wants udev left out: no waiting for it, and all nodes made here. */
  public boolean udevDisabled() {
    return udevDisabled;
  }

  public Settings udevDisabled(boolean value) {
    udevDisabled = value;
    return this;
  }

  /** Whether udev is waited for where it runs. */
  public boolean udevSync() {
    return udevSync;
  }

  public Settings udevSync(boolean value) {
    udevSync = value;
    return this;
  }

  /** Whether udev's work is checked, and done here where udev has not done it. */
  public boolean verifyUdev() {
    return verifyUdev;
  }

  public Settings verifyUdev(boolean value) {
    verifyUdev = value;
    return this;
  }

  /** The cookie that the user gave, and will wait for without our help; 0 for none. */
  public int udevCookie() {
    return udevCookie;
  }

  public Settings udevCookie(int value) {
    udevCookie = value;
    return this;
  }

  /** The signals that may end this process. */
  public EndingSignals endingSignals() {
    return endingSignals;
  }

  public Settings endingSignals(EndingSignals value) {
    endingSignals = value;
    return this;
  }
}
