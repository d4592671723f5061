package org.jdmsetup.engine.expose.openers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told about watched nodes: opening and the last closing, and nothing in between. */
class NodeEventsTest {

  @TempDir Path directory;

  private static boolean quiet(NodeEvents events) {
    boolean happened = events.anySinceLastCall();
    for (int i = 0; happened && i < 100; i++) {
      happened = events.anySinceLastCall(); // others may mount something
    }
    return !happened;
  }

  @Test
  void opensAndClosesAreTold() throws IOException {
    Path node = Files.createFile(directory.resolve("node"));
    try (NodeEvents events = new NodeEvents()) {
      events.watch(directory.toString());
      events.watch(directory.resolve("missing").toString());
      assertTrue(
          events.anySinceLastCall(), "what is watched from now on may have been opened before");
      assertTrue(quiet(events));
      InputStream open = Files.newInputStream(node);
      assertTrue(events.anySinceLastCall());
      assertTrue(quiet(events));
      open.close();
      assertTrue(events.anySinceLastCall());
      events.watch(directory.toString());
      assertTrue(quiet(events), "it was watched already");
      try (var list = Files.list(directory)) {
        assertTrue(list.findAny().isPresent());
      }
      assertTrue(quiet(events), "a list of the nodes opens none");
    }
  }

  @Test
  void aDirectoryThatIsMadeAnewIsWatchedAnew() throws IOException {
    Path nodes = Files.createDirectory(directory.resolve("nodes"));
    try (NodeEvents events = new NodeEvents()) {
      events.watch(nodes.toString());
      assertTrue(events.anySinceLastCall());
      Files.delete(nodes);
      Files.createDirectory(nodes);
      assertTrue(quiet(events));
      events.watch(nodes.toString());
      assertTrue(events.anySinceLastCall());
      Path node = Files.createFile(nodes.resolve("node"));
      events.anySinceLastCall();
      assertFalse(Files.readString(node).length() > 0);
      assertTrue(events.anySinceLastCall());
    }
  }
}
