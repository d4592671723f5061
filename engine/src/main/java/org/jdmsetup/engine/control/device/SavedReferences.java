package org.jdmsetup.engine.control.device;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdmsetup.engine.backing.Backing;
import org.jdmsetup.engine.backing.Backings;
import org.jdmsetup.engine.backing.DeviceOpenException;
import org.jdmsetup.engine.backing.Fact;
import org.jdmsetup.engine.backing.Identity;
import org.jdmsetup.engine.backing.IdentityMatch;
import org.jdmsetup.engine.control.Refusal;
import org.jdmsetup.engine.control.table.Table;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Rule;
import org.jdmsetup.tables.parameters.DeviceNumber;
import org.jdmsetup.tables.parameters.ParamsException;
import org.jdmsetup.tables.parameters.RawParams;
import org.jdmsetup.tables.parameters.TargetParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the devices and files that tables in the journal name: by their identity. They get the
 * numbers that they have now; a number that belongs to another disk by now is not used.
 */
final class SavedReferences {
  private static final Logger LOG = LoggerFactory.getLogger(SavedReferences.class);

  private final Backings backings;
  private final Map<Identity, MappedDevice> byIdentity;

  /** Sentences about what was known again by little, or has another number. */
  private final Set<String> recognized = new LinkedHashSet<>();

  /**
   * @param byIdentity the engine's own devices
   */
  SavedReferences(Backings backings, Map<Identity, MappedDevice> byIdentity) {
    this.backings = backings;
    this.byIdentity = byIdentity;
  }

  /** Sentences about disks and files that could be others, or have another number; for people. */
  List<String> recognized() {
    return List.copyOf(recognized);
  }

  /**
   * The words that name now the devices which a table's words named when it was journalled.
   *
   * @throws Refusal when what one of them meant is not there, or is another one that has its place
   */
  Map<String, String> wordsNow(Map<String, Identity> uses) throws Refusal {
    Map<String, String> now = new HashMap<>();
    for (Map.Entry<String, Identity> use : uses.entrySet()) {
      String word = use.getKey();
      boolean isFile = word.startsWith("/");
      now.put(
          word, isFile ? word : currentNumber(DeviceNumber.parse(word), use.getValue()).toString());
    }
    return now;
  }

  static Rule worded(Rule rule, Map<String, String> words) {
    String params =
        params(rule).text(device -> words.getOrDefault(device.toString(), device.toString()));
    return new Rule(rule.start(), rule.length(), rule.type(), params);
  }

  private DeviceNumber currentNumber(DeviceNumber before, Identity identity) throws Refusal {
    if (identity.get(Fact.DEVICE) == null) {
      try {
        return backings.find(before, identity);
      } catch (DeviceOpenException e) {
        throw new Refusal(Errno.ENXIO, e.getMessage());
      }
    }
    MappedDevice device = byIdentity.get(identity);
    if (device == null) {
      throw new Refusal(
          Errno.ENXIO,
          before
              + " was the engine's device "
              + identity.get(Fact.DEVICE)
              + ", which the journal does not hold any more");
    }
    return device.number();
  }

  /** Tells by what disks and files were known again, where they could have been others. */
  void reportRecognized(Table table, Map<String, Identity> uses, Map<String, String> words) {
    uses.forEach(
        (before, remembered) -> {
          for (Backing device : table.devices()) {
            if (device.tableWord().equals(words.get(before))
                && remembered.get(Fact.DEVICE) == null) {
              reportRecognized(before, remembered, device);
            }
          }
        });
  }

  private void reportRecognized(String before, Identity remembered, Backing device) {
    boolean moved = !device.tableWord().equals(before);
    if (!moved && remembered.isOfSameBoot(device.identity())) {
      return;
    }
    IdentityMatch match = remembered.compare(device.identity());
    boolean proved = match.is(IdentityMatch.Kind.SAME);
    boolean hasPath = device.number() == null || remembered.get(Fact.PATH) != null;
    String agreeing =
        proved
            ? remembered.describeDecisive(match.decidingFacts())
            : remembered.describe(match.decidingFacts());
    String sentence =
        device.description()
            + (moved ? ", " + before + " before," : "")
            + " is known again by its "
            + (proved ? agreeing : hasPath ? "path alone" : "number alone")
            + (proved || agreeing.isEmpty() ? "" : " with the same " + agreeing);
    LOG.info("{}", sentence);
    if (moved || !proved) {
      recognized.add(sentence);
    }
  }

  private static TargetParams params(Rule rule) {
    try {
      return TargetParams.parse(rule.type(), rule.length(), rule.params());
    } catch (ParamsException e) {
      // it was accepted when it was loaded: making the table will say what is wrong now
      return new RawParams(rule.type(), rule.params());
    }
  }
}
