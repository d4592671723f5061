package org.jdmsetup.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.ioctl.DeviceKey;
import org.jdmsetup.ioctl.DmException;
import org.jdmsetup.ioctl.TaskType;
import org.jdmsetup.tables.ByteText;

/** {@code --exec}: a program run for a device, with the device's node as its last word. */
final class PerDevice {
  private static final int MOST_WORDS = 255;

  private PerDevice() {}

  /**
   * Runs the program and waits for it; how it ends does not matter, nor whether it starts.
   *
   * @return false if the option's words are of no use
   */
  static boolean run(Session session, String name) throws DmException {
    session.task(TaskType.MKNODES).device(DeviceKey.name(name)).run();
    session.mapper().updateNodes();
    List<String> words = words(session.options().text(Opt.EXEC));
    if (words.size() > MOST_WORDS) {
      return session.fail("Too many args to --exec.");
    }
    if (words.isEmpty()) {
      return false;
    }
    words.add(ByteText.unicode(session.settings().nodeDirectory() + "/" + name));
    try {
      start(session, new ProcessBuilder(words));
    } catch (IOException e) {
      session.because("--exec: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private static void start(Session session, ProcessBuilder program)
      throws IOException, InterruptedException {
    Surroundings surroundings = session.surroundings();
    program.environment().remove(Main.LC_ALL);
    String locale = surroundings.environment().get(Main.LC_ALL);
    if (locale != null) {
      program.environment().put(Main.LC_ALL, locale);
    }
    if (surroundings.standard()) {
      program.inheritIO().start().waitFor();
      return;
    }
    program.redirectErrorStream(true);
    Process process = program.start();
    process.getOutputStream().close();
    process.getInputStream().transferTo(surroundings.out());
    process.waitFor();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean between = i == text.length() || CNumber.isBlank(text.charAt(i));
      if (between && from >= 0) {
        words.add(ByteText.unicode(text.substring(from, i)));
        from = -1;
      } else if (!between && from < 0) {
        from = i;
      }
    }
    return words;
  }
}
