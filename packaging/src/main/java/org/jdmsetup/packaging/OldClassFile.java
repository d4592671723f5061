package org.jdmsetup.packaging;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * A class file from before Java 6 (version 50), which a JVM verifies by inference and therefore
 * leaves out of a class-data archive. Rewritten as Java 8 (version 52) with the stack map frames
 * that newer versions carry, it is archived like any other; its code stays as it is.
 */
final class OldClassFile {
  private static final int FIRST_WITH_FRAMES = Opcodes.V1_6;

  private OldClassFile() {}

  static boolean is(byte[] classFile) {
    return majorVersion(classFile) < FIRST_WITH_FRAMES;
  }

  /** The major version that a class file states (45 for Java 1.1, 61 for Java 17). */
  static int majorVersion(byte[] classFile) {
    return (classFile[6] & 0xff) << 8 | classFile[7] & 0xff;
  }

  /**
   * @param classes finds the classes that the code mentions: a frame names the closest common
   *     superclass of two of them
   */
  static byte[] withFrames(byte[] classFile, ClassLoader classes) {
    var reader = new ClassReader(classFile);
    var writer =
        new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
          @Override
          protected ClassLoader getClassLoader() {
            return classes;
          }
        };
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public void visit(
              int version,
              int access,
              String name,
              String signature,
              String superName,
              String[] interfaces) {
            super.visit(Opcodes.V1_8, access, name, signature, superName, interfaces);
          }
        },
        ClassReader.SKIP_FRAMES);
    return writer.toByteArray();
  }
}
