package org.jdmsetup.it.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * The mapped devices that a script has made so far, by their names in the script, and what their
 * numbers are in the world that it is played in.
 */
final class ScriptDevices {
  private static final Pattern NUMBER = Pattern.compile("\\b\\d+:\\d+\\b");
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\w+)");

  private final IoWorld world;

  /** In the order in which they were made. */
  private final Map<String, Mapped> byName = new LinkedHashMap<>();

  /** A mapped device that the script has made. */
  static final class Mapped {
    final DeviceNumber number;
    IoDevice open;
    boolean suspended;

    /** Sizes of the live table and of the loaded one, 0 without one. */
    long sectors;

    long loaded;

    /** Mapped devices that its tables have named. */
    final Set<String> below = new HashSet<>();

    Mapped(DeviceNumber number) {
      this.number = number;
    }
  }

  ScriptDevices(IoWorld world) {
    this.world = world;
  }

  /** The device of a name; null if it has not been made. */
  Mapped find(String name) {
    return byName.get(name);
  }

  void add(String name, DeviceNumber number) {
    byName.put(name, new Mapped(number));
  }

  void remove(String name) {
    byName.remove(name);
  }

  /** The names of those that are there, the last one made first. */
  List<String> lastFirst() {
    List<String> names = new ArrayList<>(byName.keySet());
    Collections.reverse(names);
    return names;
  }

  /** Notes which devices the parameters of a device's rule name. */
  void noteBelow(Mapped device, String params) {
    Matcher references = REFERENCE.matcher(params);
    while (references.find()) {
      if (byName.containsKey(references.group(1))) {
        device.below.add(references.group(1));
      }
    }
  }

  /** Parameters with numbers for the names of disks and devices. */
  String numbered(String params) {
    return REFERENCE
        .matcher(params)
        .replaceAll(
            found -> {
              String name = found.group(1);
              if (byName.containsKey(name)) {
                return byName.get(name).number.toString();
              }
              boolean isDisk = name.length() == 1 && IoScript.LETTERS.contains(name);
              return isDisk
                  ? world.disks().get(IoScript.LETTERS.indexOf(name)).number().toString()
                  : "0:0";
            });
  }

  /** Text with names for the numbers of disks and devices. */
  String named(String text) {
    Map<String, String> names = new HashMap<>();
    byName.forEach((name, device) -> names.put(device.number.toString(), "$" + name));
    for (int i = 0; i < world.disks().size(); i++) {
      names.put(world.disks().get(i).number().toString(), "$" + IoScript.LETTERS.charAt(i));
    }
    return NUMBER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(names.getOrDefault(found.group(), found.group())));
  }

  /** Whether a request to this device might wait for ever: it, or one below it, is suspended. */
  boolean wouldWait(String device) {
    Mapped mapped = byName.get(device);
    return mapped != null && (mapped.suspended || mapped.below.stream().anyMatch(this::wouldWait));
  }

  /** Opens a device, once; null if there is none of this name. For any thread. */
  IoDevice open(String device) throws IOException {
    Mapped mapped = byName.get(device);
    if (mapped == null) {
      return null;
    }
    synchronized (mapped) {
      if (mapped.open == null) {
        mapped.open = world.open(device, mapped.number);
      }
      return mapped.open;
    }
  }

  /** Closes a device if it is open. */
  void close(String device) {
    Mapped mapped = byName.get(device);
    if (mapped != null && mapped.open != null) {
      mapped.open.close();
      mapped.open = null;
    }
  }
}
