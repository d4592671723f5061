package org.jdmsetup.ioctl.udev;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.ioctl.buffer.TaskType;

/**
 * What a session has to know of udev: whether it runs, what it is told with a request, and whether
 * it makes the nodes or this process does. Where udev does not run, or has no rules for mapped
 * devices, the nodes are made here, and nobody waits for udev.
 */
public final class Udev {
  private static final int DISABLE_DM_AND_SUBSYSTEM_RULES =
      UdevFlag.DISABLE_DM_RULES_FLAG.mask() | UdevFlag.DISABLE_SUBSYSTEM_RULES_FLAG.mask();

  private static final String UDEV_DIRECTORY = "/dev/";
  private static final Path CONTROL = Path.of("/run/udev/control");

  /** The rule that completes cookies, and where udev looks for rules. */
  private static final String NOTIFY_RULES = "95-dm-notify.rules";

  private static final List<Path> RULE_DIRECTORIES =
      List.of(
          Path.of("/usr/lib/udev/rules.d"),
          Path.of("/lib/udev/rules.d"),
          Path.of("/etc/udev/rules.d"),
          Path.of("/run/udev/rules.d"),
          Path.of("/usr/local/lib/udev/rules.d"));

  private final Settings settings;
  private final Consumer<String> messages;
  private final Semaphores semaphores;
  private final Path control;
  private final List<Path> ruleDirectories;
  private boolean obstaclesReported;
  private boolean semaphoresSupported;

  public Udev(Settings settings, Consumer<String> messages) {
    this(settings, messages, new SystemSemaphores(), CONTROL, RULE_DIRECTORIES);
  }

  /** One whose system is made up. */
  public Udev(
      Settings settings,
      Consumer<String> messages,
      Semaphores semaphores,
      Path control,
      List<Path> ruleDirectories) {
    this.settings = settings;
    this.messages = messages;
    this.semaphores = semaphores;
    this.control = control;
    this.ruleDirectories = ruleDirectories;
  }

  public UdevCookies cookies() {
    return new UdevCookies(semaphores, messages);
  }

  /** Says, once, what keeps udev from being waited for. */
  public void reportObstacles() {
    if (obstaclesReported) {
      return;
    }
    obstaclesReported = true;
    semaphoresSupported = semaphores.supported();
    if (!semaphoresSupported) {
      messages.accept(
          "Kernel not configured for semaphores (System V IPC)."
              + " Not using udev synchronisation code.");
    }
    if (settings.udevDisabled() && Files.exists(control)) {
      messages.accept(
          "Udev is running and DM_DISABLE_UDEV environment variable is set. Bypassing udev,"
              + " device-mapper library will manage device nodes in device directory.");
    }
  }

  /** Whether udev can be waited for at all: the user lets us, and there are semaphores. */
  public boolean mayBeWaitedFor() {
    reportObstacles();
    return !settings.udevDisabled() && semaphoresSupported;
  }

  /**
   * Whether udev runs and knows mapped devices. A udevd without their rules, as in a container that
   * sees its host's /run, would leave a cookie waiting for ever.
   */
  public boolean answers() {
    return Files.exists(control)
        && ruleDirectories.stream().anyMatch(each -> Files.exists(each.resolve(NOTIFY_RULES)));
  }

  /** Whether the nodes of this session's node directory are left to udev. */
  public boolean makesNodes() {
    return !libraryFallback() && answers();
  }

  /** Whether it can be seen if udev has not made a node: only where it should make all of them. */
  public boolean canBeVerified() {
    return isUdevDirectory() && settings.udevRules();
  }

  private boolean isUdevDirectory() {
    return settings.deviceDirectory().equals(UDEV_DIRECTORY);
  }

  /** Whether udev's rules are told that nodes are made here too. */
  private boolean libraryFallback() {
    boolean udevAlone = isUdevDirectory() && (settings.udevCookie() != 0 || !settings.verifyUdev());
    return settings.udevDisabled() || !udevAlone;
  }

  /** The flags in the {@link EventCookie} of a request. */
  public int eventFlags(TaskType type) {
    int flags =
        (settings.udevRules() ? 0 : DISABLE_DM_AND_SUBSYSTEM_RULES)
            | (libraryFallback() ? 0 : UdevFlag.DISABLE_LIBRARY_FALLBACK_FLAG.mask());
    switch (type) {
      case RESUME:
      case REMOVE:
      case RENAME:
        return flags | UdevFlag.PRIMARY_SOURCE_FLAG.mask();
      case CREATE:
        return flags;
      default:
        return 0;
    }
  }
}
