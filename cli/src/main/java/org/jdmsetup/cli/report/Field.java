package org.jdmsetup.cli.report;

/**
 * Every field that a report can show, in the order in which help and {@code all} list them. The
 * constant's name is also the variable of {@code --nameprefixes} (without {@code DM_}). Headings,
 * widths and descriptions are those of dmsetup 1.02.185, its misspellings included.
 */
public enum Field {
  NAME(FieldGroup.NAME, "name", "Name", 16, FieldType.STRING, "Name of mapped device."),
  MANGLED_NAME(
      FieldGroup.NAME,
      "mangled_name",
      "MangledName",
      16,
      FieldType.STRING,
      "Mangled name of mapped device."),
  UNMANGLED_NAME(
      FieldGroup.NAME,
      "unmangled_name",
      "UnmangledName",
      16,
      FieldType.STRING,
      "Unmangled name of mapped device."),
  UUID(
      FieldGroup.NAME,
      "uuid",
      "UUID",
      32,
      FieldType.STRING,
      "Unique (optional) identifier for mapped device."),
  MANGLED_UUID(
      FieldGroup.NAME,
      "mangled_uuid",
      "MangledUUID",
      32,
      FieldType.STRING,
      "Mangled unique (optional) identifier for mapped device."),
  UNMANGLED_UUID(
      FieldGroup.NAME,
      "unmangled_uuid",
      "UnmangledUUID",
      32,
      FieldType.STRING,
      "Unmangled unique (optional) identifier for mapped device."),
  READ_AHEAD(FieldGroup.NAME, "read_ahead", "RAhead", 6, FieldType.NUMBER, "Read ahead value."),
  BLKDEVNAME(
      FieldGroup.INFO, "blkdevname", "BlkDevName", 16, FieldType.STRING, "Name of block device."),
  ATTR(
      FieldGroup.INFO,
      "attr",
      "Stat",
      4,
      FieldType.STRING,
      "(L)ive, (I)nactive, (s)uspended, (r)ead-only, read-(w)rite."),
  TABLES_LOADED(
      FieldGroup.INFO,
      "tables_loaded",
      "Tables",
      6,
      FieldType.STRING,
      "Which of the live and inactive table slots are filled."),
  SUSPENDED(
      FieldGroup.INFO,
      "suspended",
      "Suspended",
      9,
      FieldType.STRING,
      "Whether the device is suspended."),
  READONLY(
      FieldGroup.INFO,
      "readonly",
      "Read-only",
      9,
      FieldType.STRING,
      "Whether the device is read-only or writeable."),
  DEVNO(FieldGroup.INFO, "devno", "DevNo", 5, FieldType.STRING, "Device major and minor numbers"),
  MAJOR(FieldGroup.INFO, "major", "Maj", 3, FieldType.NUMBER, "Block device major number."),
  MINOR(FieldGroup.INFO, "minor", "Min", 3, FieldType.NUMBER, "Block device minor number."),
  OPEN(
      FieldGroup.INFO,
      "open",
      "Open",
      4,
      FieldType.NUMBER,
      "Number of references to open device, if requested."),
  SEGMENTS(
      FieldGroup.INFO,
      "segments",
      "Targ",
      4,
      FieldType.NUMBER,
      "Number of segments in live table, if present."),
  EVENTS(FieldGroup.INFO, "events", "Event", 6, FieldType.NUMBER, "Number of most recent event."),
  DEVICE_COUNT(
      FieldGroup.DEPS,
      "device_count",
      "#Devs",
      5,
      FieldType.NUMBER,
      "Number of devices used by this one."),
  DEVS_USED(
      FieldGroup.TREE,
      "devs_used",
      "DevNamesUsed",
      16,
      FieldType.STRING,
      "List of names of mapped devices used by this one."),
  DEVNOS_USED(
      FieldGroup.DEPS,
      "devnos_used",
      "DevNosUsed",
      16,
      FieldType.STRING,
      "List of device numbers of devices used by this one."),
  BLKDEVS_USED(
      FieldGroup.DEPS,
      "blkdevs_used",
      "BlkDevNamesUsed",
      16,
      FieldType.STRING,
      "List of names of block devices used by this one."),
  DEVICE_REF_COUNT(
      FieldGroup.TREE,
      "device_ref_count",
      "#Refs",
      5,
      FieldType.NUMBER,
      "Number of mapped devices referencing this one."),
  NAMES_USING_DEV(
      FieldGroup.TREE,
      "names_using_dev",
      "RefNames",
      8,
      FieldType.STRING,
      "List of names of mapped devices using this one."),
  DEVNOS_USING_DEV(
      FieldGroup.TREE,
      "devnos_using_dev",
      "RefDevNos",
      9,
      FieldType.STRING,
      "List of device numbers of mapped devices using this one."),
  SUBSYSTEM(
      FieldGroup.SPLITNAME,
      "subsystem",
      "Subsys",
      6,
      FieldType.STRING,
      "Userspace subsystem responsible for this device."),
  VG_NAME(FieldGroup.SPLITNAME, "vg_name", "VG", 4, FieldType.STRING, "LVM Volume Group name."),
  LV_NAME(FieldGroup.SPLITNAME, "lv_name", "LV", 4, FieldType.STRING, "LVM Logical Volume name."),
  LV_LAYER(FieldGroup.SPLITNAME, "lv_layer", "LVLayer", 7, FieldType.STRING, "LVM device layer."),
  READ_COUNT(
      FieldGroup.STATS, "read_count", "#Reads", 6, FieldType.NUMBER, "Count of reads completed."),
  READS_MERGED_COUNT(
      FieldGroup.STATS,
      "reads_merged_count",
      "#RdMrgs",
      7,
      FieldType.NUMBER,
      "Count of read requests merged."),
  READ_SECTOR_COUNT(
      FieldGroup.STATS,
      "read_sector_count",
      "#RdSectors",
      10,
      FieldType.NUMBER,
      "Count of sectors read."),
  READ_TIME(
      FieldGroup.STATS,
      "read_time",
      "AccRdTime",
      11,
      FieldType.NUMBER,
      "Accumulated duration of all read requests (ns)."),
  WRITE_COUNT(
      FieldGroup.STATS,
      "write_count",
      "#Writes",
      7,
      FieldType.NUMBER,
      "Count of writes completed."),
  WRITES_MERGED_COUNT(
      FieldGroup.STATS,
      "writes_merged_count",
      "#WrMrgs",
      7,
      FieldType.NUMBER,
      "Count of write requests merged."),
  WRITE_SECTOR_COUNT(
      FieldGroup.STATS,
      "write_sector_count",
      "#WrSectors",
      10,
      FieldType.NUMBER,
      "Count of sectors written."),
  WRITE_TIME(
      FieldGroup.STATS,
      "write_time",
      "AccWrTime",
      11,
      FieldType.NUMBER,
      "Accumulated duration of all writes (ns)."),
  IN_PROGRESS_COUNT(
      FieldGroup.STATS,
      "in_progress_count",
      "#InProg",
      7,
      FieldType.NUMBER,
      "Count of requests currently in progress."),
  IO_TICKS(
      FieldGroup.STATS,
      "io_ticks",
      "IoTicks",
      7,
      FieldType.NUMBER,
      "Nanoseconds spent servicing requests."),
  QUEUE_TICKS(
      FieldGroup.STATS,
      "queue_ticks",
      "QueueTicks",
      10,
      FieldType.NUMBER,
      "Total nanoseconds spent in queue."),
  READ_TICKS(
      FieldGroup.STATS,
      "read_ticks",
      "RdTicks",
      7,
      FieldType.NUMBER,
      "Nanoseconds spent servicing reads."),
  WRITE_TICKS(
      FieldGroup.STATS,
      "write_ticks",
      "WrTicks",
      7,
      FieldType.NUMBER,
      "Nanoseconds spent servicing writes."),
  READS_MERGED_PER_SEC(
      FieldGroup.STATS,
      "reads_merged_per_sec",
      "RMrg/s",
      6,
      FieldType.NUMBER,
      "Read requests merged per second."),
  WRITES_MERGED_PER_SEC(
      FieldGroup.STATS,
      "writes_merged_per_sec",
      "WMrg/s",
      6,
      FieldType.NUMBER,
      "Write requests merged per second."),
  READS_PER_SEC(FieldGroup.STATS, "reads_per_sec", "R/s", 3, FieldType.NUMBER, "Reads per second."),
  WRITES_PER_SEC(
      FieldGroup.STATS, "writes_per_sec", "W/s", 3, FieldType.NUMBER, "Writes per second."),
  READ_SIZE_PER_SEC(
      FieldGroup.STATS,
      "read_size_per_sec",
      "RSz/s",
      5,
      FieldType.NUMBER,
      "Size of data read per second."),
  WRITE_SIZE_PER_SEC(
      FieldGroup.STATS,
      "write_size_per_sec",
      "WSz/s",
      5,
      FieldType.NUMBER,
      "Size of data written per second."),
  AVG_REQUEST_SIZE(
      FieldGroup.STATS,
      "avg_request_size",
      "AvgRqSz",
      7,
      FieldType.NUMBER,
      "Average request size."),
  QUEUE_SIZE(FieldGroup.STATS, "queue_size", "QSize", 5, FieldType.NUMBER, "Average queue size."),
  AWAIT(FieldGroup.STATS, "await", "AWait", 5, FieldType.NUMBER, "Averate wait time."),
  READ_AWAIT(
      FieldGroup.STATS, "read_await", "RdAWait", 7, FieldType.NUMBER, "Averate read wait time."),
  WRITE_AWAIT(
      FieldGroup.STATS, "write_await", "WrAWait", 7, FieldType.NUMBER, "Averate write wait time."),
  THROUGHPUT(FieldGroup.STATS, "throughput", "Throughput", 10, FieldType.NUMBER, "Throughput."),
  SERVICE_TIME(FieldGroup.STATS, "service_time", "SvcTm", 5, FieldType.NUMBER, "Service time."),
  UTIL(FieldGroup.STATS, "util", "Util%", 5, FieldType.NUMBER, "Utilization."),
  HIST_COUNT(
      FieldGroup.STATS,
      "hist_count",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Latency histogram counts."),
  HIST_COUNT_BOUNDS(
      FieldGroup.STATS,
      "hist_count_bounds",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Latency histogram counts with bin boundaries."),
  HIST_COUNT_RANGES(
      FieldGroup.STATS,
      "hist_count_ranges",
      "Histogram Counts",
      16,
      FieldType.STRING,
      "Latency histogram counts with bin ranges."),
  HIST_PERCENT(
      FieldGroup.STATS,
      "hist_percent",
      "Histogram%",
      10,
      FieldType.STRING,
      "Relative latency histogram."),
  HIST_PERCENT_BOUNDS(
      FieldGroup.STATS,
      "hist_percent_bounds",
      "Histogram%",
      10,
      FieldType.STRING,
      "Relative latency histogram with bin boundaries."),
  HIST_PERCENT_RANGES(
      FieldGroup.STATS,
      "hist_percent_ranges",
      "Histogram%",
      10,
      FieldType.STRING,
      "Relative latency histogram with bin ranges."),
  INTERVAL_NS(
      FieldGroup.STATS,
      "interval_ns",
      "IntervalNs",
      10,
      FieldType.NUMBER,
      "Sampling interval in nanoseconds."),
  INTERVAL(FieldGroup.STATS, "interval", "Interval", 8, FieldType.NUMBER, "Sampling interval."),
  REGION_ID(FieldGroup.REGION, "region_id", "RgID", 4, FieldType.NUMBER, "Region ID."),
  REGION_START(FieldGroup.REGION, "region_start", "RgStart", 7, FieldType.SIZE, "Region start."),
  REGION_LEN(FieldGroup.REGION, "region_len", "RgSize", 6, FieldType.SIZE, "Region length."),
  AREA_ID(FieldGroup.REGION, "area_id", "ArID", 4, FieldType.NUMBER, "Area ID."),
  AREA_START(
      FieldGroup.REGION,
      "area_start",
      "ArStart",
      7,
      FieldType.SIZE,
      "Area offset from start of device."),
  AREA_LEN(FieldGroup.REGION, "area_len", "ArSize", 6, FieldType.SIZE, "Area length."),
  AREA_OFFSET(
      FieldGroup.REGION,
      "area_offset",
      "ArOff",
      5,
      FieldType.SIZE,
      "Area offset from start of region."),
  AREA_COUNT(FieldGroup.REGION, "area_count", "#Areas", 6, FieldType.NUMBER, "Area count."),
  GROUP_ID(FieldGroup.REGION, "group_id", "GrpID", 5, FieldType.NUMBER, "Group ID."),
  PROGRAM_ID(FieldGroup.REGION, "program_id", "ProgID", 6, FieldType.STRING, "Program ID."),
  USER_DATA(FieldGroup.REGION, "user_data", "UserData", 8, FieldType.STRING, "Auxiliary data."),
  PRECISE(
      FieldGroup.REGION,
      "precise",
      "Precise",
      7,
      FieldType.STRING,
      "Set if nanosecond precision counters are enabled."),
  HIST_BINS(
      FieldGroup.REGION,
      "hist_bins",
      "#Bins",
      9,
      FieldType.STRING,
      "The number of histogram bins configured."),
  HIST_BOUNDS(
      FieldGroup.REGION,
      "hist_bounds",
      "Histogram Bounds",
      16,
      FieldType.STRING,
      "Latency histogram bin boundaries."),
  HIST_RANGES(
      FieldGroup.REGION,
      "hist_ranges",
      "Histogram Ranges",
      16,
      FieldType.STRING,
      "Latency histogram bin ranges."),
  STATS_NAME(
      FieldGroup.REGION,
      "stats_name",
      "Name",
      16,
      FieldType.STRING,
      "Stats name of current object."),
  OBJ_TYPE(
      FieldGroup.REGION,
      "obj_type",
      "ObjType",
      7,
      FieldType.STRING,
      "Type of stats object being reported."),
  SELECTED(
      FieldGroup.SPECIAL,
      "selected",
      "Selected",
      8,
      FieldType.NUMBER,
      "Set if item passes selection criteria."),
  HELP(FieldGroup.SPECIAL, "help", "Help", 4, FieldType.NUMBER, "Show help."),
  QUESTION_MARK(FieldGroup.SPECIAL, "?", "Help", 4, FieldType.NUMBER, "Show help.");

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
