package org.jdmsetup.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdmsetup.ioctl.buffer.Mangling;
import org.jdmsetup.ioctl.session.DeviceInfo;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What dmsetup 1.02.185 printed on Linux 6.1 for a handful of stacked devices. The first two runs
 * of the file, {@code info -c} and {@code deps}, say what devices there were; the others are to be
 * repeated with them.
 */
final class MeasuredRuns {
  private static final int MAPPED = 254;

  /** A device without a table has neither a block device nor a node on this kernel. */
  private static final String UNBORN = "empty";

  /**
   * One run.
   *
   * @param words without {@code dmsetup}
   * @param err its lines, without complaints about nodes
   */
  record Run(List<String> words, String out, int status, String err) {}

  private final List<Run> runs = new ArrayList<>();

  /** As the driver holds them, in its order. */
  private final Map<DeviceNumber, Facts> devices = new HashMap<>();

  private final List<DeviceNumber> order = new ArrayList<>();
  private final Map<String, List<DeviceNumber>> uses = new HashMap<>();

  private record Facts(String name, String uuid, DeviceInfo info, int readAhead) {}

  /** Reads a resource beside this class. */
  static MeasuredRuns of(String resource) throws IOException {
    try (InputStream in = MeasuredRuns.class.getResourceAsStream(resource)) {
      return new MeasuredRuns(ByteText.of(in.readAllBytes()));
    }
  }

  private MeasuredRuns(String text) {
    Matcher matcher =
        Pattern.compile("(?s)=== ([^\\n]*)\\t\\n(.*?)rc=(\\d+)\\n((?:E: [^\\n]*\\n)*)")
            .matcher(text);
    while (matcher.find()) {
      String err =
          matcher.group(4).replaceAll("E: /dev/mapper/" + UNBORN + ": open failed: [^\\n]*\\n", "");
      runs.add(
          new Run(
              Arrays.asList(matcher.group(1).split("\t", -1)),
              matcher.group(2),
              Integer.parseInt(matcher.group(3)),
              err.replaceAll("(?m)^E: ", "")));
    }
    runs.remove(0).out().lines().forEach(this::readDevice);
    runs.remove(0).out().lines().forEach(this::readUses);
  }

  private void readDevice(String line) {
    String[] parts = line.split("\\|", -1);
    int major = Integer.parseInt(parts[2]);
    int minor = Integer.parseInt(parts[3]);
    String attr = parts[4];
    DeviceInfo info =
        new DeviceInfo(
            true,
            attr.contains("s"),
            attr.contains("r"),
            attr.contains("L"),
            attr.contains("I"),
            false,
            false,
            Integer.parseInt(parts[5]),
            Integer.parseInt(parts[7]),
            major,
            minor,
            Integer.parseInt(parts[6]));
    DeviceNumber number = new DeviceNumber(major, minor);
    order.add(number);
    devices.put(number, new Facts(parts[0], parts[1], info, Integer.parseInt(parts[8])));
  }

  private void readUses(String line) {
    Matcher matcher = Pattern.compile("\\((\\d+), (\\d+)\\)").matcher(line);
    List<DeviceNumber> used = new ArrayList<>();
    while (matcher.find()) {
      used.add(
          new DeviceNumber(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
    }
    uses.put(line.substring(0, line.indexOf(": ")), used);
  }

  List<Run> runs() {
    return runs;
  }

  /** The devices in the driver's order. */
  List<DeviceNumber> devices() {
    return order;
  }

  /** The device that is shown under a name; null if there is none. */
  DeviceNumber find(String name) {
    for (DeviceNumber number : order) {
      if (shown(devices.get(number).name(), Mangling.AUTO).equals(name)) {
        return number;
      }
    }
    return null;
  }

  String blockName(DeviceNumber number) {
    if (number.major() != MAPPED) {
      return "loop" + number.minor();
    }
    return devices.get(number).name().equals(UNBORN) ? null : "dm-" + number.minor();
  }

  DeviceTree tree(Mangling mangling) {
    DeviceTree tree =
        new DeviceTree(
            new DeviceTree.Source() {
              @Override
              public boolean isMapped(DeviceNumber device) {
                return device.major() == MAPPED;
              }

              @Override
              public DeviceTree.Device query(DeviceNumber number) {
                Facts facts = devices.get(number);
                return new DeviceTree.Device(
                    shown(facts.name(), mangling),
                    shown(facts.uuid(), mangling),
                    facts.info(),
                    uses.get(shown(facts.name(), Mangling.AUTO)),
                    List.of());
              }
            });
    order.forEach(tree::add);
    return tree;
  }

  ReportedDevice device(DeviceNumber number, Mangling mangling) {
    Facts facts = devices.get(number);
    return new ReportedDevice() {
      @Override
      public String name() {
        return shown(facts.name(), mangling);
      }

      @Override
      public String uuid() {
        return shown(facts.uuid(), mangling);
      }

      @Override
      public Mangling mangling() {
        return mangling;
      }

      @Override
      public DeviceInfo info() {
        return facts.info();
      }

      @Override
      public Optional<Sectors> readAhead() {
        return Optional.of(new Sectors(facts.readAhead()));
      }

      @Override
      public String blockName(DeviceNumber device) {
        return MeasuredRuns.this.blockName(device);
      }

      @Override
      public List<DeviceNumber> uses() {
        return uses.get(shown(facts.name(), Mangling.AUTO));
      }

      @Override
      public DeviceTree tree() {
        return MeasuredRuns.this.tree(mangling);
      }
    };
  }

  private static String shown(String held, Mangling mangling) {
    return mangling == Mangling.NONE ? held : Mangling.decode(held);
  }
}
