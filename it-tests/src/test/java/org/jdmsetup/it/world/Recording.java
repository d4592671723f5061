package org.jdmsetup.it.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.it.cases.Cast;
import org.jdmsetup.it.cases.CommandCase;

/**
 * What the steps of the cases did, by case and cast; written as it happens, so that a guest that
 * dies leaves what was done.
 */
public final class Recording {
  /** The exit status of a command that did not end in time. */
  public static final int LATE = -1;

  private final Map<String, List<Result>> results = new HashMap<>();

  /** What a command did: its exit status or {@link #LATE}, standard output and standard error. */
  public record Result(int status, String out, String err) {}

  /** What a case's steps did, in order; empty when that run was not begun. */
  public List<Result> of(CommandCase commandCase, Cast cast) {
    return results.getOrDefault(key(commandCase.id(), cast.name()), List.of());
  }

  void addAll(Recording other) {
    results.putAll(other.results);
  }

  private static String key(String id, String cast) {
    return cast + " " + id;
  }

  /** Reads a recording as far as it goes. */
  public static Recording read(Path file) throws IOException {
    Recording recording = new Recording();
    if (!Files.exists(file)) {
      return recording;
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      while (true) {
        String key = key(in.readUTF(), in.readUTF());
        Result result = new Result(in.readInt(), text(in), text(in));
        recording.results.computeIfAbsent(key, ignored -> new ArrayList<>()).add(result);
      }
    } catch (EOFException e) {
      return recording;
    }
  }

  private static String text(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, UTF_8);
  }

  /** Writes a recording, a result at a time. */
  public static final class Writer implements Closeable {
    private final DataOutputStream out;

    public Writer(Path file) throws IOException {
      out = new DataOutputStream(Files.newOutputStream(file));
    }

    public void add(CommandCase commandCase, Cast cast, Result result) throws IOException {
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      try (DataOutputStream bytes = new DataOutputStream(entry)) {
        bytes.writeUTF(commandCase.id());
        bytes.writeUTF(cast.name());
        bytes.writeInt(result.status());
        for (String text : List.of(result.out(), result.err())) {
          byte[] utf8 = text.getBytes(UTF_8);
          bytes.writeInt(utf8.length);
          bytes.write(utf8);
        }
      }
      out.write(entry.toByteArray());
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
