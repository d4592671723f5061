package org.jdmsetup.it.cases;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jdmsetup.testing.Programs;

/** Something that runs dmsetup commands. */
interface Tool {
  /**
   * Runs a command in the process's working directory.
   *
   * @param words the program's name and its arguments
   * @param environment what the program sees beside PATH
   */
  Programs.Result run(List<String> words, String input, Map<String, String> environment)
      throws IOException, InterruptedException;
}
