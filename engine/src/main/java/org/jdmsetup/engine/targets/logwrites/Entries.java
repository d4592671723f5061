package org.jdmsetup.engine.targets.logwrites;

/** A list of entries, in order; an entry is in one list at a time. Not safe for several threads. */
final class Entries {
  private Entry first;
  private Entry last;

  void add(Entry entry) {
    entry.next = null;
    if (first == null) {
      first = entry;
    } else {
      last.next = entry;
    }
    last = entry;
  }

  /** The first, taken out; null when there is none. */
  Entry poll() {
    Entry entry = first;
    if (entry != null) {
      first = entry.next;
      entry.next = null;
    }
    return entry;
  }

  /** Takes all of another list to the end of this one. */
  void addAll(Entries others) {
    if (others.first == null) {
      return;
    }
    if (first == null) {
      first = others.first;
    } else {
      last.next = others.first;
    }
    last = others.last;
    others.first = null;
  }
}
