package org.jdmsetup.engine.control.journal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.engine.backing.Fact;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.Sectors;
import org.jdmsetup.tables.parameters.DeviceNumber;

/**
 * What the journal keeps of a device, and its text form: a line each of
 *
 * <pre>
 * jdmsetup device 3
 * name NAME
 * uuid UUID
 * number MAJOR:MINOR
 * nodes DIRECTORY
 * event NUMBER
 * state [suspended] [deferred] [typed]
 * geometry CYLINDERS HEADS SECTORS START     (if set)
 * active rw|ro                               (if there is a table; what it uses follows,
 * uses MAJOR:MINOR                            a device by its number
 * uses PATH                                   or a file,
 * known FACT VALUE                            each followed by what it is known by: the words of
 * START LENGTH TYPE PARAMS                    {@link Fact}; then the rules as dmsetup prints them,
 * memory TEXT                                 each followed by what its target remembers, if any)
 * inactive rw|ro                             (likewise)
 * </pre>
 *
 * Format 2, which is read too, has a line {@code uses MAJOR:MINOR device FILE} or {@code uses
 * MAJOR:MINOR disk SEQUENCE} for each device and none for a file. It does not say in which boot it
 * was written.
 *
 * <p>All is byte text. Control characters and backslashes are written as {@code \xHH}, so that a
 * line stays one.
 *
 * @param state any of the words above
 */
public record DeviceRecord(
    String name,
    String uuid,
    DeviceNumber number,
    String nodeDirectory,
    int event,
    List<String> state,
    Geometry geometry,
    SavedTable active,
    SavedTable inactive) {

  public static final String SUSPENDED = "suspended";
  public static final String DEFERRED = "deferred";
  public static final String TYPED = "typed";

  private static final String FIRST_LINE = "jdmsetup device 3";
  private static final String FORMAT_2 = "jdmsetup device 2";

  /** The same, running with another table. */
  public DeviceRecord swapped(SavedTable table, Geometry newGeometry) {
    List<String> newState = new ArrayList<>(state);
    newState.remove(SUSPENDED);
    return new DeviceRecord(
        name, uuid, number, nodeDirectory, event, newState, newGeometry, table, null);
  }

  public boolean is(String word) {
    return state.contains(word);
  }

  /** The text form, lines ended by newlines. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, FIRST_LINE);
    line(text, "name " + name);
    line(text, "uuid " + uuid);
    line(text, "number " + number);
    line(text, "nodes " + nodeDirectory);
    line(text, "event " + Integer.toUnsignedString(event));
    line(text, "state " + String.join(" ", state));
    if (geometry != null) {
      line(text, "geometry " + geometry);
    }
    table(text, "active", active);
    table(text, "inactive", inactive);
    return text.toString();
  }

  private static void table(StringBuilder text, String slot, SavedTable table) {
    if (table != null) {
      line(text, slot + (table.readOnly() ? " ro" : " rw"));
      table
          .uses()
          .forEach(
              (word, identity) -> {
                line(text, "uses " + word);
                identity
                    .facts()
                    .forEach(
                        (fact, value) -> line(text, "known " + fact.journalKey() + ' ' + value));
              });
      for (int i = 0; i < table.rules().size(); i++) {
        line(text, table.rules().get(i).toString());
        if (!table.targetStates().get(i).isEmpty()) {
          line(text, "memory " + table.targetStates().get(i));
        }
      }
    }
  }

  private static void line(StringBuilder text, String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' || c == '\\' || c == 0x7f) {
        text.append(String.format("\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('\n');
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not one; the message says what was found where
   */
  public static DeviceRecord parse(String text) {
    return new Reader(text.split("\n")).read();
  }

  private static final Map<String, Fact> OLD_FACTS =
      Map.of("device", Fact.DEVICE, "disk", Fact.SEQUENCE);

  /** Takes the text form apart. */
  private static final class Reader {
    private final String[] lines;
    private boolean format2;
    private int at;

    Reader(String[] lines) {
      this.lines = lines;
    }

    DeviceRecord read() {
      String first = lines.length == 0 ? "" : lines[0];
      format2 = first.equals(FORMAT_2);
      if (!format2 && !first.equals(FIRST_LINE)) {
        throw new IllegalArgumentException(
            "the first line is '"
                + first
                + "', expected '"
                + FIRST_LINE
                + "' or '"
                + FORMAT_2
                + "'");
      }
      at = 1;
      String name = value("name");
      String uuid = value("uuid");
      DeviceNumber device = number(value("number"));
      String nodes = value("nodes");
      int event = (int) unsigned(value("event"));
      List<String> state = List.of(value("state").split(" "));
      Geometry geometry = next("geometry") ? geometry(value("geometry")) : null;
      SavedTable active = next("active") ? table("active") : null;
      SavedTable inactive = next("inactive") ? table("inactive") : null;
      if (at != lines.length) {
        throw new IllegalArgumentException("line " + (at + 1) + " is not expected");
      }
      return new DeviceRecord(name, uuid, device, nodes, event, state, geometry, active, inactive);
    }

    private DeviceNumber number(String word) {
      try {
        return DeviceNumber.parse(word);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + at + ": " + e.getMessage(), e);
      }
    }

    private Sectors sectors(String word) {
      return new Sectors(unsigned(word));
    }

    private long unsigned(String word) {
      try {
        return Long.parseUnsignedLong(word);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("line " + at + ": '" + word + "' is no number", e);
      }
    }

    private boolean next(String word) {
      return at < lines.length && lines[at].startsWith(word + ' ');
    }

    private String value(String word) {
      if (!next(word)) {
        throw new IllegalArgumentException("line " + (at + 1) + " is not '" + word + " ...'");
      }
      return unescaped(lines[at++]).substring(word.length() + 1);
    }

    private static Geometry geometry(String text) {
      try {
        return Geometry.parse(text);
      } catch (Refusal e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    private SavedTable table(String slot) {
      boolean readOnly = value(slot).equals("ro");
      Map<String, Identity> uses = SavedTable.noUses();
      while (next("uses")) {
        String use = value("uses");
        if (format2) {
          putOld(use, uses);
        } else {
          uses.put(use.startsWith("/") ? use : number(use).toString(), new Identity(facts()));
        }
      }
      List<Rule> rules = new ArrayList<>();
      List<String> targetStates = new ArrayList<>();
      while (at < lines.length && !lines[at].isEmpty() && Character.isDigit(lines[at].charAt(0))) {
        String[] words = unescaped(lines[at++]).split(" ", 4);
        if (words.length != 4) {
          throw new IllegalArgumentException("line " + at + " is no rule");
        }
        rules.add(new Rule(sectors(words[0]), sectors(words[1]), words[2], words[3]));
        targetStates.add(next("memory") ? value("memory") : "");
      }
      return new SavedTable(readOnly, uses, rules, targetStates);
    }

    private Map<Fact, String> facts() {
      Map<Fact, String> facts = new EnumMap<>(Fact.class);
      while (next("known")) {
        String[] words = value("known").split(" ", 2);
        Fact fact = Fact.ofJournalKey(words[0]);
        if (fact == null || words.length != 2) {
          throw new IllegalArgumentException(
              "line " + at + ": '" + words[0] + "' is nothing that a disk or file is known by");
        }
        facts.put(fact, words[1]);
      }
      return facts;
    }

    private void putOld(String use, Map<String, Identity> uses) {
      String[] words = use.split(" ", 3);
      Fact fact = words.length == 3 ? OLD_FACTS.get(words[1]) : null;
      if (fact == null) {
        throw new IllegalArgumentException("line " + at + " does not say what is used");
      }
      uses.put(number(words[0]).toString(), new Identity(Map.of(fact, words[2])));
    }

    private static String unescaped(String line) {
      int backslash = line.indexOf('\\');
      if (backslash < 0) {
        return line;
      }
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.length(); i++) {
        if (line.charAt(i) == '\\' && i + 4 <= line.length()) {
          text.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
          i += 3;
        } else {
          text.append(line.charAt(i));
        }
      }
      return text.toString();
    }
  }
}
