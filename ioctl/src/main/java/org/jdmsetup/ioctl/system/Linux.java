package org.jdmsetup.ioctl.system;

/**
 * The numbers of Linux's system interface, by their names in its headers: the one place for what
 * {@link LibC} and the engine's native calls are given. The values are those of x86 and ARM; where
 * these two differ, a comment says so.
 */
public final class Linux {
  private static final boolean ARM =
      System.getProperty("os.arch").equals("aarch64")
          || System.getProperty("os.arch").equals("arm");

  // open(2)
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NONBLOCK = 04000;
  public static final int O_DSYNC = 010000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;

  /** Bypasses the page cache; differs between processors. */
  public static final int O_DIRECT = ARM ? 0200000 : 040000;

  /** Opens no symbolic link; differs between processors. */
  public static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

  public static final int AT_FDCWD = -100;
  public static final int AT_SYMLINK_NOFOLLOW = 0x100;
  public static final int AT_EMPTY_PATH = 0x1000;

  // inode(7): the type in a file's mode
  public static final int S_IFMT = 0170000;
  public static final int S_IFCHR = 0020000;
  public static final int S_IFDIR = 0040000;
  public static final int S_IFBLK = 0060000;
  public static final int S_IFREG = 0100000;
  public static final int S_IFLNK = 0120000;
  public static final int S_ISVTX = 01000;

  // statx(2)
  public static final int STATX_BASIC_STATS = 0x7ff;
  public static final int STATX_BTIME = 0x800;
  public static final int STATX_MNT_ID = 0x1000;
  public static final int STATX_DIOALIGN = 0x2000;

  // lseek(2)
  public static final int SEEK_SET = 0;
  public static final int SEEK_END = 2;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  // fcntl(2), flock(2)
  public static final int F_SETFD = 2;
  public static final long FD_CLOEXEC = 1;
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;

  // fallocate(2)
  public static final int FALLOC_FL_KEEP_SIZE = 1;
  public static final int FALLOC_FL_PUNCH_HOLE = 2;
  public static final int FALLOC_FL_ZERO_RANGE = 0x10;

  /** Of sync_file_range(2): writes pages out, and flushes no device's cache. */
  public static final int SYNC_FILE_RANGE_WRITE_AND_WAIT = 7;

  // mount(2), umount2(2), open_tree(2)
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_NOATIME = 0x400;
  public static final int MNT_FORCE = 1;
  public static final int MNT_DETACH = 2;
  public static final long OPEN_TREE_CLONE = 1;

  /** The number of open_tree(2), the same on every processor. */
  public static final long SYS_OPEN_TREE = 428;

  /** The number of kcmp(2), which differs between processors; -1 where it is not known. */
  public static final long SYS_KCMP =
      switch (System.getProperty("os.arch")) {
        case "amd64" -> 312;
        case "aarch64", "riscv64", "loongarch64" -> 272;
        case "ppc64", "ppc64le" -> 354;
        case "s390x" -> 343;
        default -> -1;
      };

  public static final int KCMP_FILE = 0;

  // poll(2)
  public static final short POLLIN = 1;
  public static final short POLLOUT = 4;
  public static final short POLLERR = 8;
  public static final short POLLRDNORM = 0x40;

  // inotify(7)
  public static final int IN_CLOSE = 0x18;
  public static final int IN_OPEN = 0x20;
  public static final int IN_IGNORED = 0x8000;
  public static final int IN_ISDIR = 0x40000000;

  // socket(2), unix(7), shutdown(2)
  public static final int AF_UNIX = 1;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_NONBLOCK = O_NONBLOCK;
  public static final int SOCK_CLOEXEC = O_CLOEXEC;
  public static final int SHUT_RDWR = 2;

  /** Of preadv2(2): only what is in the page cache; from include/uapi/linux/fs.h. */
  public static final int RWF_NOWAIT = 8;

  // epoll(7), eventfd(2)
  public static final int EPOLL_CLOEXEC = O_CLOEXEC;
  public static final int EPOLL_CTL_ADD = 1;
  public static final int EPOLL_CTL_DEL = 2;
  public static final int EPOLL_CTL_MOD = 3;
  public static final int EPOLLIN = 1;
  public static final int EPOLLOUT = 4;
  public static final int EPOLLERR = 8;
  public static final int EPOLLHUP = 0x10;
  public static final int EPOLLEXCLUSIVE = 1 << 28;
  public static final int EFD_CLOEXEC = O_CLOEXEC;
  public static final int EFD_NONBLOCK = O_NONBLOCK;

  // mmap(2)
  public static final int PROT_READ_WRITE = 3;
  public static final int MAP_SHARED_POPULATE = 0x8001;

  // include/uapi/linux/io_uring.h
  public static final int SYS_IO_URING_SETUP = 425;
  public static final int SYS_IO_URING_ENTER = 426;
  public static final int SYS_IO_URING_REGISTER = 427;
  public static final int IORING_SETUP_CQSIZE = 1 << 3;
  public static final int IORING_SETUP_CLAMP = 1 << 4;
  public static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
  public static final int IORING_FEAT_SINGLE_MMAP = 1;
  public static final int IORING_FEAT_NODROP = 1 << 1;
  public static final int IORING_REGISTER_PROBE = 8;
  public static final int IORING_REGISTER_IOWQ_MAX_WORKERS = 19;
  public static final int IORING_OP_FSYNC = 3;
  public static final int IORING_OP_READ = 22;
  public static final int IORING_OP_WRITE = 23;
  public static final int IORING_FSYNC_DATASYNC = 1;
  public static final long IORING_OFF_SQ_RING = 0;
  public static final long IORING_OFF_SQES = 0x10000000L;

  // signal(7)
  public static final int SIGQUIT = 3;
  public static final int SIGABRT = 6;
  public static final int SIGPIPE = 13;
  public static final long SIG_DFL = 0;
  public static final long SIG_IGN = 1;
  public static final int SIG_UNBLOCK = 1;

  // semget(2), semctl(2), semop(2)
  public static final int IPC_CREAT = 01000;
  public static final int IPC_EXCL = 02000;
  public static final int IPC_NOWAIT = 04000;
  public static final int IPC_RMID = 0;
  public static final int SEM_GETVAL = 12;
  public static final int SEM_SETVAL = 16;
  public static final int SEM_INFO = 19;

  // include/uapi/linux/fs.h
  public static final long BLKROSET = 0x125D;
  public static final long BLKGETSIZE = 0x1260;
  public static final long BLKRASET = 0x1262;
  public static final long BLKRAGET = 0x1263;
  public static final long BLKSSZGET = 0x1268;
  public static final long BLKDISCARD = 0x1277;
  public static final long BLKZEROOUT = 0x127F;
  public static final long BLKGETSIZE64 = 0x80081272L;
  public static final long FIFREEZE = 0xC0045877L;
  public static final long FITHAW = 0xC0045878L;
  public static final long FS_IOC_GETFSUUID = 0x80111500L;
  public static final long FS_IOC_GETVERSION = 0x80087601L;

  // include/uapi/linux/loop.h
  public static final long LOOP_CLR_FD = 0x4C01;
  public static final long LOOP_SET_STATUS64 = 0x4C04;
  public static final long LOOP_GET_STATUS64 = 0x4C05;
  public static final long LOOP_SET_CAPACITY = 0x4C07;
  public static final long LOOP_SET_BLOCK_SIZE = 0x4C09;
  public static final long LOOP_CONFIGURE = 0x4C0A;
  public static final long LOOP_CTL_ADD = 0x4C80;
  public static final long LOOP_CTL_REMOVE = 0x4C81;

  /** The size of a terminal, ioctl_tty(2). */
  public static final long TIOCGWINSZ = 0x5413;

  // newlocale(3), nl_langinfo(3)
  public static final int LC_CTYPE_MASK = 1;
  public static final int CODESET = 14;

  private Linux() {}
}
