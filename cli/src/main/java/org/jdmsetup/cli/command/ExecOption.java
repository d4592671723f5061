package org.jdmsetup.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.session.Session;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.buffer.TaskType;
import org.jdmsetup.ioctl.session.DeviceKey;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;
import org.jdmsetup.ioctl.system.Program;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.text.CText;

/** {@code --exec}: a program run for a device, with the device's node as its last word. */
final class ExecOption {
  private static final int MOST_WORDS = 255;

  /** What {@code bin/dmsetup} puts before the names of variables that it hides from the JVM. */
  private static final String SAVED = "JDMSETUP_SAVED_";

  private ExecOption() {}

  /**
   * Runs the program and waits for it. Neither a program that cannot be started nor one that fails
   * is a failure here.
   *
   * @return false if the option has no words, or too many
   */
  static boolean run(Session session, String name) throws DmException {
    // the program is to find the node
    session.task(TaskType.MKNODES).device(DeviceKey.name(name)).run();
    session.mapper().updateNodes();
    List<String> words = splitAtBlanks(session.options().text(Opt.EXEC));
    if (words.size() > MOST_WORDS) {
      return session.fail("Too many args to --exec.");
    }
    if (words.isEmpty()) {
      return false;
    }
    words.add(session.settings().nodeDirectory() + "/" + name);
    Program program = new Program(words, environment(session), inheritedDescriptors());
    try {
      if (session.surroundings().ownStreams()) {
        if (System.getProperty("jdmsetup.sigpipe") != null) {
          LibC.get().signal(Linux.SIGPIPE, Linux.SIG_IGN); // the JVM's own handler is not inherited
        }
        program.run();
      } else {
        program.run(session.surroundings().out());
      }
    } catch (IOException e) {
      // printed only if the command fails for another reason
      session.keepReason("--exec: " + e.getMessage());
    }
    return true;
  }

  /**
   * The user's environment, with the variables that {@code bin/dmsetup} has hidden from the JVM,
   * which would print a line about them.
   */
  private static List<String> environment(Session session) {
    List<String> environment = new ArrayList<>();
    for (String variable : Program.ownEnvironment()) {
      if (variable.startsWith(SAVED)) {
        environment.add(variable.substring(SAVED.length()));
      } else if (!variable.startsWith(Surroundings.LC_ALL + "=")) {
        environment.add(variable);
      }
    }
    String locale = session.surroundings().environment().get(Surroundings.LC_ALL);
    if (locale != null) {
      environment.add(Surroundings.LC_ALL + "=" + ByteText.ofUnicode(locale));
    }
    return environment;
  }

  /** The descriptors that were open when {@code bin/dmsetup} was started. */
  private static Set<Integer> inheritedDescriptors() {
    Set<Integer> descriptors = new HashSet<>();
    for (String descriptor : System.getProperty("jdmsetup.descriptors", "").split(",")) {
      if (!descriptor.isEmpty()) {
        descriptors.add(Integer.valueOf(descriptor));
      }
    }
    return descriptors;
  }

  private static List<String> splitAtBlanks(String text) {
    List<String> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean between = i == text.length() || CText.isSpace(text.charAt(i));
      if (between && from >= 0) {
        words.add(text.substring(from, i));
        from = -1;
      } else if (!between && from < 0) {
        from = i;
      }
    }
    return words;
  }
}
