package org.jdmsetup.it.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Scripts on the engine; a world that a script has spoilt is followed by a new one. */
final class EngineScriptRuns implements AutoCloseable {

  /** Makes a world of the engine. */
  interface Maker {
    IoWorld make() throws IOException, InterruptedException;
  }

  private final Maker maker;
  private IoWorld world;
  private ScriptPlayer player;
  private ScriptRuns plays;
  private long requests;

  EngineScriptRuns(Maker maker) {
    this.maker = maker;
  }

  /** What came of each script, in the same order. */
  List<List<String>> play(List<IoScript> scripts) throws IOException, InterruptedException {
    List<List<String>> played = new ArrayList<>();
    for (IoScript script : scripts) {
      if (world == null) {
        world = maker.make();
        player = new ScriptPlayer(world);
        plays = new ScriptRuns(player);
      }
      played.add(plays.play(script));
      if (plays.hung()) {
        // What hangs in it must not be taken from under it: it stays until this process ends.
        requests += player.requests();
        world = null;
      }
    }
    return played;
  }

  /** How many requests were made. */
  long requests() {
    return requests + (world == null ? 0 : player.requests());
  }

  @Override
  public void close() throws IOException {
    if (world != null) {
      world.close();
    }
  }
}
