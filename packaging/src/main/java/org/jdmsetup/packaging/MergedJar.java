package org.jdmsetup.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Several jars as one that starts fast: nothing is compressed, old class files are given frames
 * ({@link OldClassFile}), and code for newer Java releases ({@code META-INF/versions}) stands where
 * the JVM looks first. Service files are joined, licences and notices are kept under {@code
 * META-INF/licenses/JAR/}. Two jars that disagree about an entry are an error, never a silent
 * choice. The same jars give the same bytes.
 */
final class MergedJar {
  /** The language level: the newest {@code META-INF/versions} that every supported JVM may run. */
  private static final int RELEASE = 17;

  private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/(\\d+)/(.+)");
  private static final Pattern LICENCE =
      Pattern.compile("(META-INF/)?(LICEN[CS]E|NOTICE|COPYING)[^/]*");
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/(INDEX\\.LIST|.*\\.(SF|RSA|DSA|EC))");

  private record Entry(byte[] content, Path jar, int release) {}

  private final Map<String, Entry> entries = new TreeMap<>();
  private final List<Path> jars = new ArrayList<>();

  void add(Path jar) throws IOException {
    jars.add(jar);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory()) {
          add(jar, entry.getName(), zip.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private void add(Path jar, String name, byte[] content) {
    int release = 0;
    String place = name;
    Matcher versioned = VERSIONED.matcher(name);
    if (versioned.matches()) {
      release = Integer.parseInt(versioned.group(1));
      place = versioned.group(2);
      if (release > RELEASE) {
        return;
      }
    }
    if (place.endsWith("module-info.class")
        || place.equals(JarFile.MANIFEST_NAME)
        || place.startsWith("META-INF/maven/")
        || SIGNATURE.matcher(place).matches()) {
      return;
    }
    if (LICENCE.matcher(place).matches()) {
      place = "META-INF/licenses/" + baseName(jar) + place.substring(place.lastIndexOf('/') + 1);
    }
    Entry there = entries.get(place);
    if (there != null && place.startsWith("META-INF/services/")) {
      content = joined(there.content, content);
    } else if (there != null && there.jar.equals(jar) && there.release != release) {
      if (release < there.release) {
        return;
      }
    } else if (there != null && !Arrays.equals(there.content, content)) {
      throw new IllegalStateException(
          place + " is in " + there.jar + " and, with other content, in " + jar);
    }
    entries.put(place, new Entry(content, jar, release));
  }

  private static String baseName(Path jar) {
    return jar.getFileName().toString().replaceFirst("\\.jar$", "/");
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return (new String(first, StandardCharsets.UTF_8).stripTrailing()
            + "\n"
            + new String(second, StandardCharsets.UTF_8))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The entries so far whose names begin with the given text, and their content. */
  Map<String, byte[]> under(String prefix) {
    Map<String, byte[]> found = new TreeMap<>();
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith(prefix)) {
            found.put(name, entry.content);
          }
        });
    return found;
  }

  void remove(String name) {
    entries.remove(name);
  }

  /** Writes the jar and returns how many class files were given frames. */
  int write(Path target, String mainClass) throws IOException {
    int framed = 0;
    try (URLClassLoader classes =
            new URLClassLoader(jars.stream().map(MergedJar::url).toArray(URL[]::new), null);
        OutputStream file = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, JarFile.MANIFEST_NAME, manifest(mainClass));
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        byte[] content = entry.getValue().content;
        if (entry.getKey().endsWith(".class") && OldClassFile.is(content)) {
          content = OldClassFile.withFrames(content, classes);
          framed++;
        }
        put(zip, entry.getKey(), content);
      }
    }
    return framed;
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] manifest(String mainClass) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, mainClass);
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    var bytes = new ByteArrayOutputStream();
    manifest.write(bytes);
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    var entry = new ZipEntry(name);
    entry.setTimeLocal(ENTRY_TIME);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
