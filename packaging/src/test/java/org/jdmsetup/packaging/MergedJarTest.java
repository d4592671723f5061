package org.jdmsetup.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** What becomes of the entries of jars that are made one. */
class MergedJarTest {
  @TempDir Path directory;

  @Test
  void anOldClassGetsFramesAndStillRuns() throws Exception {
    Path jar = jar("a.jar", Map.of("old/Sign.class", signOf(Opcodes.V1_5)));

    Path merged = merge("old.Sign", jar);

    byte[] rewritten = content(merged, "old/Sign.class");
    assertEquals(Opcodes.V1_8, OldClassFile.majorVersion(rewritten));
    try (var loader = new URLClassLoader(new URL[] {merged.toUri().toURL()}, null)) {
      var sign = loader.loadClass("old.Sign").getMethod("of", int.class);
      assertEquals(-1, sign.invoke(null, -7));
      assertEquals(1, sign.invoke(null, 7));
    }
  }

  @Test
  void aNewerClassStaysAsItIs() throws Exception {
    byte[] java6 = signOf(Opcodes.V1_6);
    Path merged = merge("x", jar("a.jar", Map.of("old/Sign.class", java6)));
    assertArrayEquals(java6, content(merged, "old/Sign.class"));
  }

  @Test
  void codeForNewerReleasesReplacesTheOldUpToTheLanguageLevel() throws Exception {
    Path merged =
        merge(
            "x",
            jar(
                "a.jar",
                Map.of(
                    "p/data", "for 8".getBytes(UTF_8),
                    "META-INF/versions/9/p/data", "for 9".getBytes(UTF_8),
                    "META-INF/versions/17/p/data", "for 17".getBytes(UTF_8),
                    "META-INF/versions/21/p/data", "for 21".getBytes(UTF_8),
                    "META-INF/versions/9/module-info.class", new byte[8])));
    assertEquals("for 17", new String(content(merged, "p/data"), UTF_8));
    assertNull(content(merged, "META-INF/versions/17/p/data"));
    assertNull(content(merged, "META-INF/versions/9/module-info.class"));
    assertNull(content(merged, "module-info.class"));
  }

  @Test
  void licencesOfAllJarsAreKept() throws Exception {
    Path merged =
        merge(
            "x",
            jar("a-1.jar", Map.of("META-INF/LICENSE.txt", "A".getBytes(UTF_8))),
            jar("b-2.jar", Map.of("META-INF/LICENSE.txt", "B".getBytes(UTF_8))));
    assertEquals("A", new String(content(merged, "META-INF/licenses/a-1/LICENSE.txt"), UTF_8));
    assertEquals("B", new String(content(merged, "META-INF/licenses/b-2/LICENSE.txt"), UTF_8));
  }

  @Test
  void servicesOfAllJarsAreFound() throws Exception {
    Path merged =
        merge(
            "x",
            jar("a.jar", Map.of("META-INF/services/p.Service", "p.A".getBytes(UTF_8))),
            jar("b.jar", Map.of("META-INF/services/p.Service", "p.B\n".getBytes(UTF_8))));
    assertEquals("p.A\np.B\n", new String(content(merged, "META-INF/services/p.Service"), UTF_8));
  }

  @Test
  void twoJarsThatDisagreeAreAnError() throws Exception {
    var merged = new MergedJar();
    merged.add(jar("a.jar", Map.of("p/data", "1".getBytes(UTF_8))));
    Path other = jar("b.jar", Map.of("p/data", "2".getBytes(UTF_8)));
    var e = assertThrows(IllegalStateException.class, () -> merged.add(other));
    assertTrue(e.getMessage().contains("p/data"), e.getMessage());
    assertTrue(
        e.getMessage().contains("a.jar") && e.getMessage().contains("b.jar"), e.getMessage());
  }

  @Test
  void theResultIsStartableUncompressedAndTheSameEachTime() throws Exception {
    Path jar = jar("a.jar", Map.of("q/1", new byte[5000], "p/2", "2".getBytes(UTF_8)));
    Path merged = merge("org.example.Main", jar);
    try (var opened = new JarFile(merged.toFile())) {
      var attributes = opened.getManifest().getMainAttributes();
      assertEquals("org.example.Main", attributes.getValue("Main-Class"));
      assertEquals("ALL-UNNAMED", attributes.getValue("Enable-Native-Access"));
      assertTrue(opened.stream().allMatch(entry -> entry.getMethod() == ZipEntry.STORED));
    }
    byte[] first = Files.readAllBytes(merged);
    assertArrayEquals(first, Files.readAllBytes(merge("org.example.Main", jar)));
  }

  /** {@code static int of(int x) { return x < 0 ? -1 : 1; }} without frames. */
  private static byte[] signOf(int version) {
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(version, Opcodes.ACC_PUBLIC, "old/Sign", null, "java/lang/Object", null);
    var code =
        writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "of", "(I)I", null, null);
    var negative = new Label();
    code.visitCode();
    code.visitVarInsn(Opcodes.ILOAD, 0);
    code.visitJumpInsn(Opcodes.IFLT, negative);
    code.visitInsn(Opcodes.ICONST_1);
    code.visitInsn(Opcodes.IRETURN);
    code.visitLabel(negative);
    code.visitInsn(Opcodes.ICONST_M1);
    code.visitInsn(Opcodes.IRETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  private Path jar(String name, Map<String, byte[]> entries) throws IOException {
    Path jar = directory.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        var zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return jar;
  }

  private Path merge(String mainClass, Path... jars) throws IOException {
    var merged = new MergedJar();
    for (Path jar : jars) {
      merged.add(jar);
    }
    Path target = directory.resolve("merged.jar");
    merged.write(target, mainClass);
    return target;
  }

  private static byte[] content(Path jar, String name) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      return entry == null ? null : zip.getInputStream(entry).readAllBytes();
    }
  }
}
