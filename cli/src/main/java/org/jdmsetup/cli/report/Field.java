package org.jdmsetup.cli.report;

/**
 * Every field that a report can show, in the order in which help and {@code all} list them. The
 * constant's name is also the variable of {@code --nameprefixes} (without {@code DM_}). Headings
 * and widths are those of dmsetup 1.02.185; the descriptions are ours.
 */
public enum Field {
  NAME(FieldGroup.NAME, "name", "Name", 16, FieldType.STRING, "The device's name."),
  MANGLED_NAME(
      FieldGroup.NAME,
      "mangled_name",
      "MangledName",
      16,
      FieldType.STRING,
      "The name with other than plain characters as \\xNN."),
  UNMANGLED_NAME(
      FieldGroup.NAME,
      "unmangled_name",
      "UnmangledName",
      16,
      FieldType.STRING,
      "The name with \\xNN made characters again."),
  UUID(
      FieldGroup.NAME,
      "uuid",
      "UUID",
      32,
      FieldType.STRING,
      "The UUID that the device was given, if any."),
  MANGLED_UUID(
      FieldGroup.NAME,
      "mangled_uuid",
      "MangledUUID",
      32,
      FieldType.STRING,
      "The UUID with other than plain characters as \\xNN."),
  UNMANGLED_UUID(
      FieldGroup.NAME,
      "unmangled_uuid",
      "UnmangledUUID",
      32,
      FieldType.STRING,
      "The UUID with \\xNN made characters again."),
  READ_AHEAD(
      FieldGroup.NAME, "read_ahead", "RAhead", 6, FieldType.NUMBER, "Read-ahead in sectors."),
  BLKDEVNAME(
      FieldGroup.INFO,
      "blkdevname",
      "BlkDevName",
      16,
      FieldType.STRING,
      "What the kernel calls the block device, as dm-0."),
  ATTR(
      FieldGroup.INFO,
      "attr",
      "Stat",
      4,
      FieldType.STRING,
      "L live and I inactive table, s suspended, r read-only or w writeable."),
  TABLES_LOADED(
      FieldGroup.INFO,
      "tables_loaded",
      "Tables",
      6,
      FieldType.STRING,
      "The tables that are there: Both, Live, Inactive or None."),
  SUSPENDED(FieldGroup.INFO, "suspended", "Suspended", 9, FieldType.STRING, "Suspended or Active."),
  READONLY(
      FieldGroup.INFO, "readonly", "Read-only", 9, FieldType.STRING, "Read-only or Writeable."),
  DEVNO(
      FieldGroup.INFO, "devno", "DevNo", 5, FieldType.STRING, "The device's number, MAJOR:MINOR."),
  MAJOR(FieldGroup.INFO, "major", "Maj", 3, FieldType.NUMBER, "The device's major number."),
  MINOR(FieldGroup.INFO, "minor", "Min", 3, FieldType.NUMBER, "The device's minor number."),
  OPEN(
      FieldGroup.INFO,
      "open",
      "Open",
      4,
      FieldType.NUMBER,
      "How many have the device open, unless --noopencount."),
  SEGMENTS(FieldGroup.INFO, "segments", "Targ", 4, FieldType.NUMBER, "Rules in the live table."),
  EVENTS(FieldGroup.INFO, "events", "Event", 6, FieldType.NUMBER, "Number of the last event."),
  DEVICE_COUNT(
      FieldGroup.DEPS, "device_count", "#Devs", 5, FieldType.NUMBER, "Devices below this one."),
  DEVS_USED(
      FieldGroup.TREE,
      "devs_used",
      "DevNamesUsed",
      16,
      FieldType.STRING,
      "Mapped devices below this one, by name."),
  DEVNOS_USED(
      FieldGroup.DEPS,
      "devnos_used",
      "DevNosUsed",
      16,
      FieldType.STRING,
      "Devices below this one, by number."),
  BLKDEVS_USED(
      FieldGroup.DEPS,
      "blkdevs_used",
      "BlkDevNamesUsed",
      16,
      FieldType.STRING,
      "Devices below this one, by the kernel's names."),
  DEVICE_REF_COUNT(
      FieldGroup.TREE,
      "device_ref_count",
      "#Refs",
      5,
      FieldType.NUMBER,
      "Mapped devices above this one."),
  NAMES_USING_DEV(
      FieldGroup.TREE,
      "names_using_dev",
      "RefNames",
      8,
      FieldType.STRING,
      "Mapped devices above this one, by name."),
  DEVNOS_USING_DEV(
      FieldGroup.TREE,
      "devnos_using_dev",
      "RefDevNos",
      9,
      FieldType.STRING,
      "Mapped devices above this one, by number."),
  SUBSYSTEM(
      FieldGroup.SPLITNAME,
      "subsystem",
      "Subsys",
      6,
      FieldType.STRING,
      "The software that the UUID says the device belongs to."),
  VG_NAME(FieldGroup.SPLITNAME, "vg_name", "VG", 4, FieldType.STRING, "LVM's volume group."),
  LV_NAME(FieldGroup.SPLITNAME, "lv_name", "LV", 4, FieldType.STRING, "LVM's logical volume."),
  LV_LAYER(
      FieldGroup.SPLITNAME,
      "lv_layer",
      "LVLayer",
      7,
      FieldType.STRING,
      "LVM's layer of the logical volume."),
  READ_COUNT(FieldGroup.STATS, "read_count", "#Reads", 6, FieldType.NUMBER, "Reads completed."),
  READS_MERGED_COUNT(
      FieldGroup.STATS,
      "reads_merged_count",
      "#RdMrgs",
      7,
      FieldType.NUMBER,
      "Reads merged with others."),
  READ_SECTOR_COUNT(
      FieldGroup.STATS, "read_sector_count", "#RdSectors", 10, FieldType.NUMBER, "Sectors read."),
  READ_TIME(
      FieldGroup.STATS,
      "read_time",
      "AccRdTime",
      11,
      FieldType.NUMBER,
      "Time of all reads together, in ns."),
  WRITE_COUNT(FieldGroup.STATS, "write_count", "#Writes", 7, FieldType.NUMBER, "Writes completed."),
  WRITES_MERGED_COUNT(
      FieldGroup.STATS,
      "writes_merged_count",
      "#WrMrgs",
      7,
      FieldType.NUMBER,
      "Writes merged with others."),
  WRITE_SECTOR_COUNT(
      FieldGroup.STATS,
      "write_sector_count",
      "#WrSectors",
      10,
      FieldType.NUMBER,
      "Sectors written."),
  WRITE_TIME(
      FieldGroup.STATS,
      "write_time",
      "AccWrTime",
      11,
      FieldType.NUMBER,
      "Time of all writes together, in ns."),
  IN_PROGRESS_COUNT(
      FieldGroup.STATS, "in_progress_count", "#InProg", 7, FieldType.NUMBER, "Requests in flight."),
  IO_TICKS(
      FieldGroup.STATS,
      "io_ticks",
      "IoTicks",
      7,
      FieldType.NUMBER,
      "Time with requests in flight, in ns."),
  QUEUE_TICKS(
      FieldGroup.STATS,
      "queue_ticks",
      "QueueTicks",
      10,
      FieldType.NUMBER,
      "Time with requests in flight, once for each, in ns."),
  READ_TICKS(
      FieldGroup.STATS,
      "read_ticks",
      "RdTicks",
      7,
      FieldType.NUMBER,
      "Time with reads in flight, in ns."),
  WRITE_TICKS(
      FieldGroup.STATS,
      "write_ticks",
      "WrTicks",
      7,
      FieldType.NUMBER,
      "Time with writes in flight, in ns."),
  READS_MERGED_PER_SEC(
      FieldGroup.STATS,
      "reads_merged_per_sec",
      "RMrg/s",
      6,
      FieldType.NUMBER,
      "Reads merged in a second."),
  WRITES_MERGED_PER_SEC(
      FieldGroup.STATS,
      "writes_merged_per_sec",
      "WMrg/s",
      6,
      FieldType.NUMBER,
      "Writes merged in a second."),
  READS_PER_SEC(
      FieldGroup.STATS, "reads_per_sec", "R/s", 3, FieldType.NUMBER, "Reads in a second."),
  WRITES_PER_SEC(
      FieldGroup.STATS, "writes_per_sec", "W/s", 3, FieldType.NUMBER, "Writes in a second."),
  READ_SIZE_PER_SEC(
      FieldGroup.STATS,
      "read_size_per_sec",
      "RSz/s",
      5,
      FieldType.NUMBER,
      "Amount read in a second."),
  WRITE_SIZE_PER_SEC(
      FieldGroup.STATS,
      "write_size_per_sec",
      "WSz/s",
      5,
      FieldType.NUMBER,
      "Amount written in a second."),
  AVG_REQUEST_SIZE(
      FieldGroup.STATS,
      "avg_request_size",
      "AvgRqSz",
      7,
      FieldType.NUMBER,
      "Mean size of a request."),
  QUEUE_SIZE(
      FieldGroup.STATS,
      "queue_size",
      "QSize",
      5,
      FieldType.NUMBER,
      "Mean number of requests in flight."),
  AWAIT(FieldGroup.STATS, "await", "AWait", 5, FieldType.NUMBER, "Mean time of a request, in ms."),
  READ_AWAIT(
      FieldGroup.STATS,
      "read_await",
      "RdAWait",
      7,
      FieldType.NUMBER,
      "Mean time of a read, in ms."),
  WRITE_AWAIT(
      FieldGroup.STATS,
      "write_await",
      "WrAWait",
      7,
      FieldType.NUMBER,
      "Mean time of a write, in ms."),
  THROUGHPUT(
      FieldGroup.STATS, "throughput", "Throughput", 10, FieldType.NUMBER, "Requests in a second."),
  SERVICE_TIME(
      FieldGroup.STATS,
      "service_time",
      "SvcTm",
      5,
      FieldType.NUMBER,
      "Mean time of a request without waiting for others, in ms."),
  UTIL(
      FieldGroup.STATS,
      "util",
      "Util%",
      5,
      FieldType.NUMBER,
      "Share of the time with requests in flight."),
  HIST_COUNT(
      FieldGroup.STATS,
      "hist_count",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Requests by latency."),
  HIST_COUNT_BOUNDS(
      FieldGroup.STATS,
      "hist_count_bounds",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Requests by latency, each bin with its lower bound."),
  HIST_COUNT_RANGES(
      FieldGroup.STATS,
      "hist_count_ranges",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Requests by latency, each bin with both bounds."),
  HIST_PERCENT(
      FieldGroup.STATS,
      "hist_percent",
      "Histogram%",
      10,
      FieldType.STRING,
      "Share of the requests by latency."),
  HIST_PERCENT_BOUNDS(
      FieldGroup.STATS,
      "hist_percent_bounds",
      "Histogram%",
      10,
      FieldType.STRING,
      "Share of the requests by latency, each bin with its lower bound."),
  HIST_PERCENT_RANGES(
      FieldGroup.STATS,
      "hist_percent_ranges",
      "Histogram%",
      10,
      FieldType.STRING,
      "Share of the requests by latency, each bin with both bounds."),
  INTERVAL_NS(
      FieldGroup.STATS,
      "interval_ns",
      "IntervalNs",
      10,
      FieldType.NUMBER,
      "Time since the last report, in ns."),
  INTERVAL(
      FieldGroup.STATS,
      "interval",
      "Interval",
      8,
      FieldType.NUMBER,
      "Time since the last report, in s."),
  REGION_ID(FieldGroup.REGION, "region_id", "RgID", 4, FieldType.NUMBER, "The region's number."),
  REGION_START(
      FieldGroup.REGION,
      "region_start",
      "RgStart",
      7,
      FieldType.SIZE,
      "Where the region begins on the device."),
  REGION_LEN(
      FieldGroup.REGION, "region_len", "RgSize", 6, FieldType.SIZE, "How long the region is."),
  AREA_ID(
      FieldGroup.REGION,
      "area_id",
      "ArID",
      4,
      FieldType.NUMBER,
      "The area's number in its region."),
  AREA_START(
      FieldGroup.REGION,
      "area_start",
      "ArStart",
      7,
      FieldType.SIZE,
      "Where the area begins on the device."),
  AREA_LEN(FieldGroup.REGION, "area_len", "ArSize", 6, FieldType.SIZE, "How long the area is."),
  AREA_OFFSET(
      FieldGroup.REGION,
      "area_offset",
      "ArOff",
      5,
      FieldType.SIZE,
      "Where the area begins in its region."),
  AREA_COUNT(
      FieldGroup.REGION, "area_count", "#Areas", 6, FieldType.NUMBER, "Areas in the region."),
  GROUP_ID(FieldGroup.REGION, "group_id", "GrpID", 5, FieldType.NUMBER, "The group's number."),
  PROGRAM_ID(
      FieldGroup.REGION,
      "program_id",
      "ProgID",
      6,
      FieldType.STRING,
      "The program that made the region."),
  USER_DATA(
      FieldGroup.REGION,
      "user_data",
      "UserData",
      8,
      FieldType.STRING,
      "What the user stored with the region."),
  PRECISE(
      FieldGroup.REGION,
      "precise",
      "Precise",
      7,
      FieldType.STRING,
      "1 if times are counted in ns, 0 if in ms."),
  HIST_BINS(
      FieldGroup.REGION,
      "hist_bins",
      "#Bins",
      9,
      FieldType.STRING,
      "Bins of the latency histogram."),
  HIST_BOUNDS(
      FieldGroup.REGION,
      "hist_bounds",
      "Histogram Bounds",
      16,
      FieldType.STRING,
      "Lower bounds of the latency histogram's bins."),
  HIST_RANGES(
      FieldGroup.REGION,
      "hist_ranges",
      "Histogram Ranges",
      16,
      FieldType.STRING,
      "Both bounds of the latency histogram's bins."),
  STATS_NAME(
      FieldGroup.REGION,
      "stats_name",
      "Name",
      16,
      FieldType.STRING,
      "Alias of the group, or else the device's name."),
  OBJ_TYPE(FieldGroup.REGION, "obj_type", "ObjType", 7, FieldType.STRING, "area, region or group."),
  SELECTED(
      FieldGroup.SPECIAL,
      "selected",
      "Selected",
      8,
      FieldType.NUMBER,
      "1 if the selection takes the row, 0 if not."),
  HELP(FieldGroup.SPECIAL, "help", "Help", 4, FieldType.NUMBER, "This list."),
  QUESTION_MARK(FieldGroup.SPECIAL, "?", "Help", 4, FieldType.NUMBER, "This list.");

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
