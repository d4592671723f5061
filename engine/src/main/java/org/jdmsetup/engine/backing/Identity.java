package org.jdmsetup.engine.backing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The facts by which a later daemon, in the same boot or in a later one, recognizes a disk or a
 * file, and does not mistake another one in its place for it. A disk's sequence number starts anew
 * with each boot and proves something in one boot only; the other facts survive. What is written to
 * a disk (the label of a file system, a table of partitions) is no fact of that disk: the tables
 * above it may change it.
 *
 * @param facts values are one line of byte text each; what cannot be found out is not there
 */
public record Identity(Map<Fact, String> facts) {

  /** Nothing is known. */
  public static final Identity NONE = new Identity(Map.of());

  /** The file system in which an inode number is meant. */
  private static final Set<Fact> FILE_SYSTEM_FACTS = Set.of(Fact.FILE_SYSTEM, Fact.FILE_SYSTEM_ID);

  /** What tells a file from one with the same inode number on another file system. */
  private static final Set<Fact> INODE_QUALIFIERS =
      Set.of(Fact.FILE_SYSTEM, Fact.FILE_SYSTEM_ID, Fact.GENERATION, Fact.BORN);

  /**
   * Facts that another thing can have, too: a file of another file system, a disk of another maker,
   * a partition in a cloned table.
   */
  private static final Set<Fact> COPYABLE = Set.of(Fact.INODE, Fact.SERIAL, Fact.PARTITION_UUID);

  public Identity {
    Map<Fact, String> ordered = new EnumMap<>(Fact.class);
    facts.forEach(
        (fact, value) -> {
          if (!value.isEmpty()) {
            ordered.put(fact, value);
          }
        });
    facts = Collections.unmodifiableMap(ordered);
  }

  /** Of a device of the engine itself. */
  public static Identity ofDevice(String journalFile) {
    return new Identity(Map.of(Fact.DEVICE, journalFile));
  }

  /** The value of a fact; null when it is not known. */
  public String get(Fact fact) {
    return facts.get(fact);
  }

  public boolean isEmpty() {
    return facts.isEmpty();
  }

  /** Whether both were seen in one boot of the kernel, as far as is known. */
  public boolean isOfSameBoot(Identity other) {
    return equal(Fact.BOOT, other);
  }

  private boolean equal(Fact fact, Identity other) {
    return facts.containsKey(fact) && get(fact).equals(other.get(fact));
  }

  private boolean differs(Fact fact, Identity other) {
    String value = other.get(fact);
    return value != null && facts.containsKey(fact) && !get(fact).equals(value);
  }

  /** The first fact of some that both have and that differs, or null. */
  private Fact contradiction(Identity other, Predicate<Fact> among) {
    return facts.keySet().stream()
        .filter(among)
        .filter(fact -> differs(fact, other))
        .findFirst()
        .orElse(null);
  }

  private List<Fact> agreement(Identity other, Predicate<Fact> among) {
    return facts.keySet().stream().filter(among).filter(fact -> equal(fact, other)).toList();
  }

  private static boolean isDecisive(Fact fact) {
    return fact.evidence() == Fact.Evidence.DECISIVE;
  }

  private static boolean isFallback(Fact fact) {
    return fact.evidence() == Fact.Evidence.FALLBACK;
  }

  private static boolean survives(Fact fact) {
    return isDecisive(fact) || fact.evidence() == Fact.Evidence.SUPPORTING;
  }

  /** What this, which was remembered, says about what was found now. */
  public IdentityMatch compare(Identity found) {
    if (isOfSameBoot(found) && equal(Fact.SEQUENCE, found)) {
      // the disk is the same; it may have been divided anew
      Fact wrong =
          contradiction(found, fact -> fact == Fact.PARTITION || fact == Fact.PARTITION_UUID);
      return wrong == null
          ? new IdentityMatch(IdentityMatch.Kind.SAME, List.of(Fact.SEQUENCE))
          : new IdentityMatch(IdentityMatch.Kind.DIFFERENT, List.of(wrong));
    }
    Fact wrong = contradiction(found, Identity::survives);
    if (wrong != null) {
      return new IdentityMatch(IdentityMatch.Kind.DIFFERENT, List.of(wrong));
    }
    List<Fact> decisive = agreement(found, Identity::isDecisive);
    if (!decisive.isEmpty()) {
      List<Fact> agreeing = new ArrayList<>(decisive);
      agreeing.addAll(agreement(found, fact -> fact.evidence() == Fact.Evidence.SUPPORTING));
      boolean unmistakable =
          agreeing.contains(Fact.INODE) && agreeing.stream().anyMatch(INODE_QUALIFIERS::contains);
      if (unmistakable || !COPYABLE.containsAll(decisive)) {
        return new IdentityMatch(IdentityMatch.Kind.SAME, agreeing);
      }
      wrong = contradiction(found, fact -> fact == Fact.BACKING_FILE || fact == Fact.MODEL);
      return wrong == null
          ? new IdentityMatch(IdentityMatch.Kind.SAME, agreeing)
          : new IdentityMatch(IdentityMatch.Kind.DIFFERENT, List.of(wrong));
    }
    wrong = fallbackContradiction(found);
    return wrong == null
        ? new IdentityMatch(IdentityMatch.Kind.UNDECIDED, agreement(found, Identity::isFallback))
        : new IdentityMatch(IdentityMatch.Kind.DIFFERENT, List.of(wrong));
  }

  /** What speaks against it where nothing decisive is known of both, or null. */
  private Fact fallbackContradiction(Identity found) {
    for (Fact fact : facts.keySet()) {
      if (isDecisive(fact)) {
        return fact; // it had this fact, and what was found has not
      }
    }
    boolean comparable = isOfSameBoot(found) || !facts.containsKey(Fact.BOOT);
    return comparable && differs(Fact.SEQUENCE, found)
        ? Fact.SEQUENCE
        : contradiction(found, Identity::isFallback);
  }

  /** Whether nothing in these few facts of a disk contradicts what was remembered. */
  boolean isCompatibleWith(Identity seen) {
    return contradiction(seen, fact -> survives(fact) || fact == Fact.BACKING_FILE) == null;
  }

  /** Whether there is anything that could tell it from all others. */
  boolean isDecisive() {
    return facts.keySet().stream().anyMatch(Identity::isDecisive);
  }

  /** Some of the facts in words for people; those that are not known as missing. */
  public String describe(List<Fact> some) {
    return some.stream()
        .map(fact -> get(fact) == null ? "no " + fact.label() : fact.label() + ' ' + get(fact))
        .collect(Collectors.joining(", "));
  }

  /** What tells it from others, of some facts, in words for people. */
  public String describeDecisive(Collection<Fact> some) {
    return describe(
        some.stream()
            .filter(fact -> isDecisive(fact) || FILE_SYSTEM_FACTS.contains(fact))
            .toList());
  }
}
