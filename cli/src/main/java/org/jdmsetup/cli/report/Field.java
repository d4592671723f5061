package org.jdmsetup.cli.report;

import static org.jdmsetup.cli.report.FieldGroup.DEPS;
import static org.jdmsetup.cli.report.FieldGroup.INFO;
import static org.jdmsetup.cli.report.FieldGroup.REGION;
import static org.jdmsetup.cli.report.FieldGroup.SPECIAL;
import static org.jdmsetup.cli.report.FieldGroup.SPLITNAME;
import static org.jdmsetup.cli.report.FieldGroup.STATS;
import static org.jdmsetup.cli.report.FieldGroup.TREE;
import static org.jdmsetup.cli.report.FieldType.NUMBER;
import static org.jdmsetup.cli.report.FieldType.SIZE;
import static org.jdmsetup.cli.report.FieldType.STRING;

/**
 * Every field that a report can show, in the order in which help and {@code all} list them. The
 * constant's name is also the variable of {@code --nameprefixes} (without {@code DM_}). Headings
 * and widths are those of dmsetup 1.02.185; the descriptions are ours. {@link DeviceRow} gives each
 * its value.
 */
public enum Field {
  NAME(FieldGroup.NAME, "name", "Name", 16, STRING, "The device's name."),
  MANGLED_NAME(
      FieldGroup.NAME,
      "mangled_name",
      "MangledName",
      16,
      STRING,
      "The name with other than plain characters as \\xNN."),
  UNMANGLED_NAME(
      FieldGroup.NAME,
      "unmangled_name",
      "UnmangledName",
      16,
      STRING,
      "The name with \\xNN made characters again."),
  UUID(FieldGroup.NAME, "uuid", "UUID", 32, STRING, "The UUID that the device was given, if any."),
  MANGLED_UUID(
      FieldGroup.NAME,
      "mangled_uuid",
      "MangledUUID",
      32,
      STRING,
      "The UUID with other than plain characters as \\xNN."),
  UNMANGLED_UUID(
      FieldGroup.NAME,
      "unmangled_uuid",
      "UnmangledUUID",
      32,
      STRING,
      "The UUID with \\xNN made characters again."),
  READ_AHEAD(FieldGroup.NAME, "read_ahead", "RAhead", 6, NUMBER, "Read-ahead in sectors."),
  BLKDEVNAME(
      INFO,
      "blkdevname",
      "BlkDevName",
      16,
      STRING,
      "What the kernel calls the block device, as dm-0."),
  ATTR(
      INFO,
      "attr",
      "Stat",
      4,
      STRING,
      "L live and I inactive table, s suspended, r read-only or w writeable."),
  TABLES_LOADED(
      INFO,
      "tables_loaded",
      "Tables",
      6,
      STRING,
      "The tables that are there: Both, Live, Inactive or None."),
  SUSPENDED(INFO, "suspended", "Suspended", 9, STRING, "Suspended or Active."),
  READONLY(INFO, "readonly", "Read-only", 9, STRING, "Read-only or Writeable."),
  DEVNO(INFO, "devno", "DevNo", 5, STRING, "The device's number, MAJOR:MINOR."),
  MAJOR(INFO, "major", "Maj", 3, NUMBER, "The device's major number."),
  MINOR(INFO, "minor", "Min", 3, NUMBER, "The device's minor number."),
  OPEN(INFO, "open", "Open", 4, NUMBER, "How many have the device open, unless --noopencount."),
  SEGMENTS(INFO, "segments", "Targ", 4, NUMBER, "Rules in the live table."),
  EVENTS(INFO, "events", "Event", 6, NUMBER, "Number of the last event."),
  DEVICE_COUNT(DEPS, "device_count", "#Devs", 5, NUMBER, "Devices below this one."),
  DEVS_USED(
      TREE, "devs_used", "DevNamesUsed", 16, STRING, "Mapped devices below this one, by name."),
  DEVNOS_USED(DEPS, "devnos_used", "DevNosUsed", 16, STRING, "Devices below this one, by number."),
  BLKDEVS_USED(
      DEPS,
      "blkdevs_used",
      "BlkDevNamesUsed",
      16,
      STRING,
      "Devices below this one, by the kernel's names."),
  DEVICE_REF_COUNT(TREE, "device_ref_count", "#Refs", 5, NUMBER, "Mapped devices above this one."),
  NAMES_USING_DEV(
      TREE, "names_using_dev", "RefNames", 8, STRING, "Mapped devices above this one, by name."),
  DEVNOS_USING_DEV(
      TREE,
      "devnos_using_dev",
      "RefDevNos",
      9,
      STRING,
      "Mapped devices above this one, by number."),
  SUBSYSTEM(
      SPLITNAME,
      "subsystem",
      "Subsys",
      6,
      STRING,
      "The software that the UUID says the device belongs to."),
  VG_NAME(SPLITNAME, "vg_name", "VG", 4, STRING, "LVM's volume group."),
  LV_NAME(SPLITNAME, "lv_name", "LV", 4, STRING, "LVM's logical volume."),
  LV_LAYER(SPLITNAME, "lv_layer", "LVLayer", 7, STRING, "LVM's layer of the logical volume."),
  READ_COUNT(STATS, "read_count", "#Reads", 6, NUMBER, "Reads completed."),
  READS_MERGED_COUNT(
      STATS, "reads_merged_count", "#RdMrgs", 7, NUMBER, "Reads merged with others."),
  READ_SECTOR_COUNT(STATS, "read_sector_count", "#RdSectors", 10, NUMBER, "Sectors read."),
  READ_TIME(STATS, "read_time", "AccRdTime", 11, NUMBER, "Time of all reads together, in ns."),
  WRITE_COUNT(STATS, "write_count", "#Writes", 7, NUMBER, "Writes completed."),
  WRITES_MERGED_COUNT(
      STATS, "writes_merged_count", "#WrMrgs", 7, NUMBER, "Writes merged with others."),
  WRITE_SECTOR_COUNT(STATS, "write_sector_count", "#WrSectors", 10, NUMBER, "Sectors written."),
  WRITE_TIME(STATS, "write_time", "AccWrTime", 11, NUMBER, "Time of all writes together, in ns."),
  IN_PROGRESS_COUNT(STATS, "in_progress_count", "#InProg", 7, NUMBER, "Requests in flight."),
  IO_TICKS(STATS, "io_ticks", "IoTicks", 7, NUMBER, "Time with requests in flight, in ns."),
  QUEUE_TICKS(
      STATS,
      "queue_ticks",
      "QueueTicks",
      10,
      NUMBER,
      "Time with requests in flight, once for each, in ns."),
  READ_TICKS(STATS, "read_ticks", "RdTicks", 7, NUMBER, "Time with reads in flight, in ns."),
  WRITE_TICKS(STATS, "write_ticks", "WrTicks", 7, NUMBER, "Time with writes in flight, in ns."),
  READS_MERGED_PER_SEC(
      STATS, "reads_merged_per_sec", "RMrg/s", 6, NUMBER, "Reads merged in a second."),
  WRITES_MERGED_PER_SEC(
      STATS, "writes_merged_per_sec", "WMrg/s", 6, NUMBER, "Writes merged in a second."),
  READS_PER_SEC(STATS, "reads_per_sec", "R/s", 3, NUMBER, "Reads in a second."),
  WRITES_PER_SEC(STATS, "writes_per_sec", "W/s", 3, NUMBER, "Writes in a second."),
  READ_SIZE_PER_SEC(STATS, "read_size_per_sec", "RSz/s", 5, NUMBER, "Amount read in a second."),
  WRITE_SIZE_PER_SEC(
      STATS, "write_size_per_sec", "WSz/s", 5, NUMBER, "Amount written in a second."),
  AVG_REQUEST_SIZE(STATS, "avg_request_size", "AvgRqSz", 7, NUMBER, "Mean size of a request."),
  QUEUE_SIZE(STATS, "queue_size", "QSize", 5, NUMBER, "Mean number of requests in flight."),
  AWAIT(STATS, "await", "AWait", 5, NUMBER, "Mean time of a request, in ms."),
  READ_AWAIT(STATS, "read_await", "RdAWait", 7, NUMBER, "Mean time of a read, in ms."),
  WRITE_AWAIT(STATS, "write_await", "WrAWait", 7, NUMBER, "Mean time of a write, in ms."),
  THROUGHPUT(STATS, "throughput", "Throughput", 10, NUMBER, "Requests in a second."),
  SERVICE_TIME(
      STATS,
      "service_time",
      "SvcTm",
      5,
      NUMBER,
      "Mean time of a request without waiting for others, in ms."),
  UTIL(STATS, "util", "Util%", 5, NUMBER, "Share of the time with requests in flight."),
  HIST_COUNT(STATS, "hist_count", "Histogram Counts", 16, STRING, "Requests by latency."),
  HIST_COUNT_BOUNDS(
      STATS,
      "hist_count_bounds",
      "Histogram Counts",
      16,
      STRING,
      "Requests by latency, each bin with its lower bound."),
  HIST_COUNT_RANGES(
      STATS,
      "hist_count_ranges",
      "Histogram Counts",
      16,
      STRING,
      "Requests by latency, each bin with both bounds."),
  HIST_PERCENT(
      STATS, "hist_percent", "Histogram%", 10, STRING, "Share of the requests by latency."),
  HIST_PERCENT_BOUNDS(
      STATS,
      "hist_percent_bounds",
      "Histogram%",
      10,
      STRING,
      "Share of the requests by latency, each bin with its lower bound."),
  HIST_PERCENT_RANGES(
      STATS,
      "hist_percent_ranges",
      "Histogram%",
      10,
      STRING,
      "Share of the requests by latency, each bin with both bounds."),
  INTERVAL_NS(STATS, "interval_ns", "IntervalNs", 10, NUMBER, "Time since the last report, in ns."),
  INTERVAL(STATS, "interval", "Interval", 8, NUMBER, "Time since the last report, in s."),
  REGION_ID(REGION, "region_id", "RgID", 4, NUMBER, "The region's number."),
  REGION_START(
      REGION, "region_start", "RgStart", 7, SIZE, "Where the region begins on the device."),
  REGION_LEN(REGION, "region_len", "RgSize", 6, SIZE, "How long the region is."),
  AREA_ID(REGION, "area_id", "ArID", 4, NUMBER, "The area's number in its region."),
  AREA_START(REGION, "area_start", "ArStart", 7, SIZE, "Where the area begins on the device."),
  AREA_LEN(REGION, "area_len", "ArSize", 6, SIZE, "How long the area is."),
  AREA_OFFSET(REGION, "area_offset", "ArOff", 5, SIZE, "Where the area begins in its region."),
  AREA_COUNT(REGION, "area_count", "#Areas", 6, NUMBER, "Areas in the region."),
  GROUP_ID(REGION, "group_id", "GrpID", 5, NUMBER, "The group's number."),
  PROGRAM_ID(REGION, "program_id", "ProgID", 6, STRING, "The program that made the region."),
  USER_DATA(REGION, "user_data", "UserData", 8, STRING, "What the user stored with the region."),
  PRECISE(REGION, "precise", "Precise", 7, STRING, "1 if times are counted in ns, 0 if in ms."),
  HIST_BINS(REGION, "hist_bins", "#Bins", 9, STRING, "Bins of the latency histogram."),
  HIST_BOUNDS(
      REGION,
      "hist_bounds",
      "Histogram Bounds",
      16,
      STRING,
      "Lower bounds of the latency histogram's bins."),
  HIST_RANGES(
      REGION,
      "hist_ranges",
      "Histogram Ranges",
      16,
      STRING,
      "Both bounds of the latency histogram's bins."),
  STATS_NAME(
      REGION, "stats_name", "Name", 16, STRING, "Alias of the group, or else the device's name."),
  OBJ_TYPE(REGION, "obj_type", "ObjType", 7, STRING, "area, region or group."),
  SELECTED(
      SPECIAL, "selected", "Selected", 8, NUMBER, "1 if the selection takes the row, 0 if not."),
  HELP(SPECIAL, "help", "Help", 4, NUMBER, "This list."),
  QUESTION_MARK(SPECIAL, "?", "Help", 4, NUMBER, "This list.");

  private final FieldGroup group;
  private final String id;
  private final String heading;
  private final int width;
  private final FieldType type;
  private final String description;

  Field(
      FieldGroup group, String id, String heading, int width, FieldType type, String description) {
    this.group = group;
    this.id = id;
    this.heading = heading;
    this.width = width;
    this.type = type;
    this.description = description;
  }

  /** What {@code -o} calls it. */
  public String id() {
    return id;
  }

  public FieldGroup group() {
    return group;
  }

  public FieldType type() {
    return type;
  }

  String heading() {
    return heading;
  }

  /** The least width of an aligned column, in bytes. */
  int width() {
    return width;
  }

  String description() {
    return description;
  }

  /** Whether naming it asks for help instead of a column. */
  boolean isHelp() {
    return this == HELP || this == QUESTION_MARK;
  }
}
