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
import org.jdmsetup.testing.Programs;

/**
 * What the steps of the cases did, by the id of the case and the name of its order of tools;
 * written as it happens, so that a guest that dies leaves what was done.
 */
public final class Recording {
  private final Map<String, List<Programs.Result>> results = new HashMap<>();

  /** What a case's steps did, in order; empty when that run was not begun. */
  public List<Programs.Result> of(String id, String order) {
    return results.getOrDefault(key(id, order), List.of());
  }

  void addAll(Recording other) {
    results.putAll(other.results);
  }

  private static String key(String id, String order) {
    return order + " " + id;
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
        Programs.Result result = new Programs.Result(in.readInt(), text(in), text(in));
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

    public void add(String id, String order, Programs.Result result) throws IOException {
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      try (DataOutputStream bytes = new DataOutputStream(entry)) {
        bytes.writeUTF(id);
        bytes.writeUTF(order);
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
