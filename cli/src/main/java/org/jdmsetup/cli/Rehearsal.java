package org.jdmsetup.cli;

import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What the JVM watches to make a class archive: a run that loads what later runs will need, once,
 * while the package is built. No user runs it.
 */
final class Rehearsal {
  private static final String OURS = "org/jdmsetup/";
  private static final String CLASS = ".class";

  private Rehearsal() {}

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    try (var jar = new ZipFile(System.getProperty("java.class.path"))) {
      var entries = jar.entries();
      while (entries.hasMoreElements()) {
        load(entries.nextElement());
      }
    }
  }

  private static void load(ZipEntry entry) throws ClassNotFoundException {
    String name = entry.getName();
    if (name.startsWith(OURS) && name.endsWith(CLASS) && !name.endsWith("package-info.class")) {
      String className = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
      Class.forName(className, false, Rehearsal.class.getClassLoader());
    }
  }
}
