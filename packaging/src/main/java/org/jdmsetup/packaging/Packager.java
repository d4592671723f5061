package org.jdmsetup.packaging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * {@code Packager PACKAGE MAIN-CLASS SOURCES CHECKOUT TIME JAR JARS SHARE} makes the directory
 * PACKAGE, which is what a user unpacks:
 *
 * <ul>
 *   <li>{@code lib/jdmsetup.jar}: JAR and the jars in the directory JARS as one ({@link
 *       MergedJar}), and its checksum beside it, by which class archives are named;
 *   <li>{@code lib/native/PROCESSOR/}: libjffi, so that no start has to unpack it;
 *   <li>{@code lib/make-archive.sh}, {@code licenses/}: from the directory SOURCES;
 *   <li>{@code share/}: the directory SHARE;
 *   <li>{@code bin/}, {@code README.md}, {@code LICENSE}: from the directory CHECKOUT.
 * </ul>
 *
 * Every file gets the modification time TIME (ISO 8601): it is the one that they have in the
 * tar.gz, and a class archive remembers that of its jar. A third-party jar without an entry in
 * {@code licenses/NOTICE} is an error.
 */
public final class Packager {
  private static final List<String> PROCESSORS = List.of("x86_64-Linux", "aarch64-Linux");
  private static final List<String> OTHER_NAMES =
      List.of("bin/dmlosetup", "bin/dmstats", "bin/devmap_name", "lib/engine", "lib/make-archive");
  private static final String NATIVE = "jni/";

  private final Path target;

  private Packager(Path target) {
    this.target = target;
  }

  public static void main(String[] args) throws IOException {
    var packager = new Packager(Path.of(args[0]));
    packager.clear();
    packager.jars(Path.of(args[5]), jarsIn(Path.of(args[6])), args[1], Path.of(args[2]));
    packager.texts(Path.of(args[2]), Path.of(args[3]));
    packager.share(Path.of(args[7]));
    packager.times(FileTime.from(Instant.parse(args[4])));
  }

  /** Packages of other versions go too: the launchers of a checkout take the one that is there. */
  private void clear() throws IOException {
    if (!Files.exists(target.getParent())) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(target.getParent())) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  private void jars(Path ours, SortedSet<Path> others, String mainClass, Path sources)
      throws IOException {
    String notice = Files.readString(sources.resolve("licenses/NOTICE"));
    var merged = new MergedJar();
    merged.add(ours);
    for (Path jar : others) {
      requireNotice(jar, notice);
      merged.add(jar);
    }
    unpackNatives(merged);
    Path lib = Files.createDirectories(target.resolve("lib"));
    Path jar = lib.resolve("jdmsetup.jar");
    merged.write(jar, mainClass);
    Files.writeString(
        lib.resolve("jdmsetup.jar.sha256"), sha256(jar) + "  " + jar.getFileName() + "\n");
  }

  private static SortedSet<Path> jarsIn(Path directory) throws IOException {
    var jars = new TreeSet<Path>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
      found.forEach(jars::add);
    }
    return jars;
  }

  private static void requireNotice(Path jar, String notice) {
    String file = jar.getFileName().toString();
    String artifact = file.replaceFirst("-\\d.*$", "");
    if (!artifact.startsWith("jdmsetup-") && !notice.contains("\n" + artifact + " ")) {
      throw new IllegalStateException("licenses/NOTICE has no entry for " + artifact);
    }
  }

  /** The jar keeps its copies for a JVM that is started without the launcher. */
  private void unpackNatives(MergedJar merged) throws IOException {
    for (Map.Entry<String, byte[]> entry : merged.under(NATIVE).entrySet()) {
      Path path = Path.of(entry.getKey().substring(NATIVE.length()));
      if (PROCESSORS.contains(path.getName(0).toString())) {
        Path unpacked = target.resolve("lib/native").resolve(path);
        Files.createDirectories(unpacked.getParent());
        Files.write(unpacked, entry.getValue());
      } else {
        merged.remove(entry.getKey());
      }
    }
  }

  private void texts(Path sources, Path checkout) throws IOException {
    copy(sources.resolve("make-archive.sh"), target.resolve("lib/make-archive.sh"), "rw-r--r--");
    try (DirectoryStream<Path> licences = Files.newDirectoryStream(sources.resolve("licenses"))) {
      for (Path licence : licences) {
        copy(licence, target.resolve("licenses").resolve(licence.getFileName()), "rw-r--r--");
      }
    }
    for (String text : List.of("README.md", "LICENSE")) {
      copy(checkout.resolve(text), target.resolve(text), "rw-r--r--");
    }
    Path launcher = target.resolve("bin/dmsetup");
    copy(checkout.resolve("bin/dmsetup"), launcher, "rwxr-xr-x");
    for (String name : OTHER_NAMES) {
      Files.createSymbolicLink(target.resolve(name), Path.of("../bin/dmsetup"));
    }
  }

  private void share(Path share) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(share)) {
      files = tree.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path to = target.resolve("share").resolve(share.relativize(file));
      copy(file, to, "rw-r--r--");
    }
  }

  private static void copy(Path from, Path to, String permissions) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(permissions));
  }

  private void times(FileTime time) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(target)) {
      files = tree.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
    for (Path file : files) {
      Files.setLastModifiedTime(file, time);
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
