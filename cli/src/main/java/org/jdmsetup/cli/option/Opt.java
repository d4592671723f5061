package org.jdmsetup.cli.option;

/**
 * Every option, for all commands alike, in one table, as dmsetup has it. The order is that of
 * dmsetup's own table, because its error messages list candidates in that order; the options that
 * it lacks come last.
 */
public enum Opt {
  READONLY("readonly", 'r', Kind.FLAG),
  ALIAS("alias", Kind.TEXT),
  ALLDEVICES("alldevices", Kind.FLAG),
  ALLPROGRAMS("allprograms", Kind.FLAG),
  ALLREGIONS("allregions", Kind.FLAG),
  AREA("area", Kind.FLAG),
  AREAS("areas", Kind.NUMBER),
  AREASIZE("areasize", Kind.TEXT),
  BOUNDS("bounds", Kind.TEXT),
  CHECKS("checks", Kind.FLAG),
  CLEAR("clear", Kind.FLAG),
  COLUMNS("columns", 'c', Kind.FLAG),
  CONCISE("concise", Kind.FLAG),
  COUNT("count", Kind.COUNT),
  DEFERRED("deferred", Kind.FLAG),
  SELECT("select", 'S', Kind.TEXT),
  EXEC("exec", Kind.TEXT),
  FILEMAP("filemap", Kind.FLAG),
  FOLLOW("follow", Kind.TEXT),
  FORCE("force", 'f', Kind.FLAG),
  FOREGROUND("foreground", Kind.FLAG),
  GID("gid", 'G', Kind.NUMBER),
  GROUP("group", Kind.FLAG),
  GROUPID("groupid", Kind.NUMBER),
  HELP("help", 'h', Kind.FLAG),
  HISTOGRAM("histogram", Kind.FLAG),
  INACTIVE("inactive", Kind.FLAG),
  INTERVAL("interval", Kind.INTERVAL),
  LENGTH("length", Kind.TEXT),
  MANGLENAME("manglename", Kind.MANGLING),
  MAJOR("major", 'j', Kind.NUMBER),
  MINOR("minor", 'm', Kind.NUMBER),
  MODE("mode", 'M', Kind.MODE),
  NAMEPREFIXES("nameprefixes", Kind.FLAG),
  NOGROUP("nogroup", Kind.FLAG),
  NOFLUSH("noflush", Kind.FLAG),
  NOHEADINGS("noheadings", Kind.FLAG),
  NOLOCKFS("nolockfs", Kind.FLAG),
  NOOPENCOUNT("noopencount", Kind.FLAG),
  NOSUFFIX("nosuffix", Kind.FLAG),
  NOTABLE("notable", 'n', Kind.FLAG),
  NOTIMESUFFIX("notimesuffix", Kind.FLAG),
  UDEVCOOKIE("udevcookie", Kind.COOKIE),
  NOMONITOR("nomonitor", Kind.FLAG),
  NOUDEVRULES("noudevrules", Kind.FLAG),
  NOUDEVSYNC("noudevsync", Kind.FLAG),
  OPTIONS("options", 'o', Kind.TEXT),
  PRECISE("precise", Kind.FLAG),
  PROGRAMID("programid", Kind.TEXT),
  RAW("raw", Kind.FLAG),
  READAHEAD("readahead", Kind.READ_AHEAD),
  REGION("region", Kind.FLAG),
  REGIONS("regions", Kind.TEXT),
  REGIONID("regionid", Kind.NUMBER),
  RELATIVE("relative", Kind.FLAG),
  RETRY("retry", Kind.FLAG),
  ROWS("rows", Kind.FLAG),
  SEGMENTS("segments", Kind.FLAG),
  SEPARATOR("separator", Kind.TEXT),
  SETUUID("setuuid", Kind.FLAG),
  SHOWKEYS("showkeys", Kind.FLAG),
  SORT("sort", 'O', Kind.TEXT),
  START("start", Kind.TEXT),
  TABLE("table", Kind.TEXT),
  TARGET("target", Kind.TEXT),
  TREE("tree", Kind.FLAG),
  UID("uid", 'U', Kind.NUMBER),
  UNITS("units", Kind.TEXT),
  UUID("uuid", 'u', Kind.TEXT),
  UNBUFFERED("unbuffered", Kind.FLAG),
  UNQUOTED("unquoted", Kind.FLAG),
  USERDATA("userdata", Kind.TEXT),

  /** dmsetup declares the long form with an argument, which it ignores; {@code -v} has none. */
  VERBOSE("verbose", 'v', Kind.FLAG),

  VERIFYUDEV("verifyudev", Kind.FLAG),
  VERSION("version", Kind.FLAG),
  YES("yes", 'y', Kind.FLAG),
  ADDNODEONRESUME("addnodeonresume", Kind.FLAG),
  ADDNODEONCREATE("addnodeoncreate", Kind.FLAG),

  /** Of newer dmsetups: {@code none}, {@code abbrev} or {@code full}, or 0, 1, 2. */
  HEADINGS("headings", Kind.HEADINGS),
  /** Ours: which driver to speak to, {@code auto}, {@code kernel} or {@code engine}. */
  BACKEND("backend", Kind.BACKEND),
  /** Ours: load tables that we know the driver will refuse. */
  FORCE_LOAD("force-load", Kind.FLAG),
  /** Ours: the engine stays when its last device is gone. */
  KEEP_ENGINE("keep-engine", Kind.FLAG),
  /** Ours: the output as JSON. */
  JSON("json", Kind.FLAG),
  /** Ours: wait until targets have finished what they do in the background. */
  FINISHED("finished", Kind.FLAG);

  /** What stands behind an option, and what becomes of it ({@link ArgumentConverter}). */
  public enum Kind {
    /** Nothing: how often the option is given counts. */
    FLAG,
    /** A {@code String}, as typed. */
    TEXT,
    /** An {@code Integer}, as C's {@code atoi} reads it. */
    NUMBER,
    /** A {@link #NUMBER} that is not negative. */
    COUNT,
    /** A {@link #NUMBER} of seconds, at least 1. */
    INTERVAL,
    /** An {@code Integer}: the permissions of a node, in octal digits, not 0. */
    MODE,
    /** A {@link org.jdmsetup.ioctl.buffer.Mangling}. */
    MANGLING,
    /** A {@link org.jdmsetup.ioctl.ReadAhead}. */
    READ_AHEAD,
    /** An {@code Integer}: a udev cookie, 0 if the word is none, which is no error. */
    COOKIE,
    /** A {@link org.jdmsetup.cli.report.Headings}. */
    HEADINGS,
    /** A {@link org.jdmsetup.ioctl.Backend}. */
    BACKEND;

    /** Whether C's {@code atoi} reads the argument, which takes anything for a number. */
    boolean isReadByAtoi() {
      return this == NUMBER || this == COUNT || this == INTERVAL;
    }
  }

  private static final Opt[] ALL = values();

  /** A second short form of {@link #COLUMNS}. */
  private static final char COLUMNS_TOO = 'C';

  private final String word;
  private final char letter;
  private final Kind kind;

  Opt(String word, Kind kind) {
    this(word, '\0', kind);
  }

  Opt(String word, char letter, Kind kind) {
    this.word = word;
    this.letter = letter;
    this.kind = kind;
  }

  public static int count() {
    return ALL.length;
  }

  public static Opt at(int index) {
    return ALL[index];
  }

  /** The short forms, each followed by a colon if it takes an argument. */
  static String letters() {
    StringBuilder letters = new StringBuilder().append(COLUMNS_TOO);
    for (Opt opt : ALL) {
      if (opt.letter != '\0') {
        letters.append(opt.letter).append(opt.kind == Kind.FLAG ? "" : ":");
      }
    }
    return letters.toString();
  }

  /** The option of this short form, or null. */
  static Opt ofLetter(int letter) {
    if (letter == COLUMNS_TOO) {
      return COLUMNS;
    }
    for (Opt opt : ALL) {
      if (opt.letter != '\0' && opt.letter == letter) {
        return opt;
      }
    }
    return null;
  }

  /** The long form, without the dashes. */
  public String word() {
    return word;
  }

  /** The short form, or NUL. */
  public char letter() {
    return letter;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the long form needs an argument on the command line. */
  public boolean longFormTakesArgument() {
    return kind != Kind.FLAG || this == VERBOSE;
  }

  /**
   * Whether dmsetup 1.02.185 lacks it. Such an option is recognised by its whole name alone, so
   * that every abbreviation means what it means to dmsetup.
   */
  public boolean isOurs() {
    return compareTo(HEADINGS) >= 0;
  }
}
