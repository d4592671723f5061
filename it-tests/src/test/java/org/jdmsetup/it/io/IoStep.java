package org.jdmsetup.it.io;

import java.io.Serializable;
import java.util.List;

/**
 * One thing that a script does. Tables name disks as {@code $A} and mapped devices as {@code
 * $name}. The text of a step is how reports show it.
 */
sealed interface IoStep extends Serializable {

  /** What a request asks for; ZERO is BLKZEROOUT. */
  enum Op {
    READ,
    WRITE,
    FLUSH,
    DISCARD,
    ZERO
  }

  /** {@code dmsetup create}: made, loaded, resumed; taken away again when that fails. */
  record Create(String device, List<String> table, boolean readOnly) implements IoStep {
    @Override
    public String toString() {
      return "create " + device + (readOnly ? " read-only" : "") + " " + table;
    }
  }

  /** A table into the inactive slot. */
  record Load(String device, List<String> table) implements IoStep {
    @Override
    public String toString() {
      return "load " + device + " " + table;
    }
  }

  record Suspend(String device, boolean noflush) implements IoStep {
    @Override
    public String toString() {
      return "suspend " + device + (noflush ? " noflush" : "");
    }
  }

  record Resume(String device) implements IoStep {
    @Override
    public String toString() {
      return "resume " + device;
    }
  }

  record Remove(String device) implements IoStep {
    @Override
    public String toString() {
      return "remove " + device;
    }
  }

  record Message(String device, long sector, String text) implements IoStep {
    @Override
    public String toString() {
      return "message " + device + " " + sector + " " + text;
    }
  }

  /**
   * Status lines and table lines. Not event numbers: kernel targets raise events when they have
   * time.
   */
  record Status(String device) implements IoStep {
    @Override
    public String toString() {
      return "status " + device;
    }
  }

  /** Waits until the status of the device's first rule matches a regular expression. */
  record Await(String device, String pattern) implements IoStep {
    @Override
    public String toString() {
      return "await " + device + " /" + pattern + "/";
    }
  }

  /**
   * One request, waited for.
   *
   * @param tag which write of the script this is; what is read later shows it
   */
  record Io(String device, Op op, long sector, int sectors, int tag, boolean fua)
      implements IoStep {
    @Override
    public String toString() {
      if (op == Op.FLUSH) {
        return "flush " + device;
      }
      return op.name().toLowerCase(java.util.Locale.ROOT)
          + (op == Op.WRITE ? " w" + tag : "")
          + (fua ? " fua " : " ")
          + device
          + " "
          + sector
          + "+"
          + sectors;
    }
  }

  /** Requests of several threads at once, each thread with sectors of its own. */
  record Parallel(List<List<Io>> threads) implements IoStep {
    @Override
    public String toString() {
      return "parallel " + threads;
    }
  }

  /**
   * Suspends, starts requests that then wait, loads a table (if there is one), resumes, and waits
   * for the requests.
   */
  record Swap(String device, List<String> table, boolean noflush, List<Io> queued)
      implements IoStep {
    @Override
    public String toString() {
      return "swap " + device + (noflush ? " noflush " : " ") + table + " while " + queued;
    }
  }

  /** All of the device, read. */
  record Contents(String device) implements IoStep {
    @Override
    public String toString() {
      return "contents " + device;
    }
  }

  /** Time passes. */
  record Pause(int millis) implements IoStep {
    @Override
    public String toString() {
      return "pause " + millis + " ms";
    }
  }
}
