package org.jdmsetup.tables.parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.text.Words;

/**
 * {@code switch PATHS REGION 0 (DEVICE START)…}: regions of a fixed size, each on one of several
 * paths.
 *
 * @param region sectors, 1 to 2<sup>32</sup>-1
 * @param paths in order, at least one
 * @param length sectors of the rule
 */
public record SwitchParams(Sectors region, List<Path> paths, Sectors length)
    implements TargetParams {

  static final String TYPE = "switch";

  private static final Sectors LARGEST_REGION = new Sectors(0xffff_ffffL);

  /** What fits into 4 MiB, the largest piece of memory of most kernels. */
  private static final long MAX_PATHS = 262_141;

  /**
   * A device on which the whole rule lies.
   *
   * @param start its first sector there
   */
  public record Path(DeviceRef device, Sectors start) {

    public Path {
      Objects.requireNonNull(device);
    }
  }

  public SwitchParams {
    paths = List.copyOf(paths);
    if (paths.isEmpty() || region.isZero() || !region.isAtMost(LARGEST_REGION)) {
      throw new IllegalArgumentException(paths.size() + " paths, region " + region);
    }
  }

  static SwitchParams parse(Sectors ruleLength, Words words) throws ParamsException {
    Constructor constructor = new Constructor(words);
    long count =
        constructor.argument(0, 1, MAX_PATHS, "Invalid number of paths", "a number of paths");
    Sectors region =
        new Sectors(
            constructor.argument(
                1, 1, LARGEST_REGION.count(), "Invalid region size", "a region size in sectors"));
    constructor.argument(
        2, 0, 0, "Invalid number of optional args", "the number of optional arguments");
    if (words.size() != 3 + 2 * count) {
      throw constructor.wordCount(
          "Incorrect number of path arguments",
          3 + 2 * count,
          3
              + 2 * count
              + ", a device and its start sector for each of "
              + count
              + (count == 1 ? " path" : " paths")
              + " among them");
    }
    List<Path> paths = new ArrayList<>((int) count);
    for (int word = 3; word < words.size(); word += 2) {
      DeviceRef device = constructor.device(word, "Device lookup failed");
      Sectors start = constructor.sector(word + 1, "Invalid device starting offset");
      paths.add(new Path(device, start));
    }
    return new SwitchParams(region, paths, ruleLength);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public String text(Function<DeviceRef, String> deviceName) {
    StringBuilder text = new StringBuilder().append(paths.size()).append(' ').append(region);
    text.append(" 0");
    for (Path path : paths) {
      text.append(' ').append(Words.escape(deviceName.apply(path.device)));
      text.append(' ').append(path.start);
    }
    return text.toString();
  }

  @Override
  public List<DeviceUse> devices() {
    return paths.stream().map(path -> new DeviceUse(path.device, path.start, length)).toList();
  }
}
