package org.jdmsetup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jdmsetup.cli.option.CNumber;
import org.jdmsetup.cli.option.GetoptWords;
import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.cli.output.Output;
import org.jdmsetup.cli.output.Usage;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.Settings;
import org.jdmsetup.tables.ByteText;

/**
 * {@code losetup} and {@code dmlosetup}: the old losetup's words, for a mapped device with a target
 * of type {@code loop} where losetup makes a loop device. They become words of dmsetup's.
 */
final class Losetup {
  private static final String LETTERS = "ade:fo:v";

  private final String name;
  private final String argv0;
  private final Settings settings;
  private final Surroundings surroundings;
  private final Output err;

  private final Options options = new Options();
  private boolean encrypts;
  private boolean listsAll;
  private boolean finds;
  private boolean removes;
  private int offset;

  /**
   * @param name what the tool calls itself
   */
  Losetup(String name, String argv0, Settings settings, Surroundings surroundings, Output err) {
    this.name = name;
    this.argv0 = argv0;
    this.settings = settings;
    this.surroundings = surroundings;
    this.err = err;
  }

  /** What dmsetup is to do, as its own options and operands; null after an error was printed. */
  Options parse(String[] arguments) {
    boolean operandsEndOptions = surroundings.environment().containsKey("POSIXLY_CORRECT");
    GetoptWords words = GetoptWords.ofLetters(arguments, operandsEndOptions, LETTERS);
    while (words.nextOption()) {
      option(words.letter(), words.argument());
    }
    if (words.error() != null) {
      err.print(argv0).print(": ").line(words.error());
      return null;
    }
    if (encrypts || listsAll) {
      return sorry(encrypts ? "cryptoloop" : "show all");
    }
    List<String> operands = words.operands();
    if (finds) {
      sorry("find");
    }
    if (operands.isEmpty()) {
      return finds ? null : misused("Please specify loop_device.");
    }
    String device = deviceName(operands.get(0));
    if (device == null) {
      return misused("Could not parse loop_device " + operands.get(0));
    }
    if (removes) {
      return dmsetup("remove", device);
    }
    if (operands.size() != 2) {
      return misused("Too few arguments.");
    }
    // With -f, which finds no device, the words still stand where they would then.
    Path file = resolved(operands.get(finds ? 0 : 1));
    if (file == null) {
      return misused("Could not parse loop file name " + operands.get(1) + ".");
    }
    if (!putTable(file)) {
      err.print("Could not build device-mapper table for ").print(operands.get(0)).line(".");
      return null;
    }
    return dmsetup("create", device);
  }

  private void option(char letter, String argument) {
    switch (letter) {
      case 'a' -> listsAll = true;
      case 'd' -> removes = true;
      case 'e' -> encrypts = true;
      case 'f' -> finds = true;
      case 'o' -> offset = CNumber.atoi(argument);
      default -> options.give(Opt.VERBOSE);
    }
  }

  /** The last part of a path below the device directory, or a word that begins with "loop". */
  private String deviceName(String word) {
    if (!word.startsWith("/")) {
      return word.startsWith("loop") ? word : null;
    }
    Path device = resolved(word);
    String path = device == null ? "" : ByteText.ofUnicode(device.toString());
    return path.startsWith(settings.deviceDirectory())
        ? path.substring(path.lastIndexOf('/') + 1)
        : null;
  }

  /** The absolute path of what exists, without symbolic links; null if there is no such thing. */
  private Path resolved(String path) {
    try {
      Path real = surroundings.directory().resolve(ByteText.unicode(path)).toRealPath();
      boolean missing = path.isEmpty() || path.endsWith("/") && !Files.isDirectory(real);
      return missing ? null : real;
    } catch (IOException e) {
      return null;
    }
  }

  private boolean putTable(Path path) {
    LoopFile file = LoopFile.open(path, offset);
    if (file == null) {
      return false;
    }
    if (file.readOnly()) {
      options.give(Opt.READONLY);
    }
    options.give(Opt.TABLE, file.table());
    if (options.has(Opt.VERBOSE)) {
      String kilobytes = file.length().dividedBy(2).toString();
      err.line("losetup: set loop size to " + kilobytes + "kB (" + file.length() + " sectors).");
    }
    return true;
  }

  private Options dmsetup(String... operands) {
    options.operands(List.of(operands));
    return options;
  }

  private Options sorry(String what) {
    err.print(name).print(": Sorry, ").print(what);
    err.line(" is not yet implemented in this version.");
    return null;
  }

  private Options misused(String text) {
    err.print(name).print(": ").line(text).print(Usage.losetup(name));
    return null;
  }
}
