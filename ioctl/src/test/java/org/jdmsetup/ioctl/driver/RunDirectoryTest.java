package org.jdmsetup.ioctl.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path directory;

  @Test
  void whereItIs() {
    assertEquals("/run/jdmsetup", RunDirectory.of(Map.of(), 0).path().toString());
    assertEquals(
        "/run/user/5/jdmsetup",
        RunDirectory.of(Map.of("XDG_RUNTIME_DIR", "/run/user/5"), 5).path().toString());
    assertEquals("/tmp/jdmsetup-5", RunDirectory.of(Map.of(), 5).path().toString());
    assertEquals(
        "/x", RunDirectory.of(Map.of("JDMSETUP_RUN_DIR", "/x/", "A", "b"), 0).path().toString());
    assertEquals(
        "/run/jdmsetup/control.sock", RunDirectory.of(Map.of(), 0).controlSocket().toString());
  }

  @Test
  void isMadeForItsOwnerAlone() throws IOException {
    RunDirectory run = RunDirectory.at(directory.resolve("a/b"));
    run.create();
    run.create();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(run.path())));
  }

  @Test
  void isRefusedWhenOthersMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    String text =
        assertThrows(IOException.class, () -> RunDirectory.at(directory).create()).getMessage();
    assertTrue(text.contains("rwxrwx---") && text.contains("expected rwx------"), text);
  }

  @Test
  void isRefusedWhenItIsSomebodyElses() throws IOException {
    int owner = (Integer) Files.getAttribute(directory, "unix:uid");
    RunDirectory run = RunDirectory.of(Map.of("JDMSETUP_RUN_DIR", directory.toString()), owner + 1);
    String text = assertThrows(IOException.class, run::create).getMessage();
    assertTrue(text.contains("uid " + owner) && text.contains("not to uid " + (owner + 1)), text);
  }

  @Test
  void isRefusedWhenItIsALinkOrAFile() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    Path file = Files.createFile(directory.resolve("file"));
    for (Path path : new Path[] {link, file}) {
      String text =
          assertThrows(IOException.class, () -> RunDirectory.at(path).create()).getMessage();
      assertTrue(text.contains("is not a directory"), text);
    }
  }

  @Test
  void isRefusedWhenOthersCouldPutAnotherInItsPlace() throws IOException {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path link = Files.createSymbolicLink(directory.resolve("way"), Path.of("shared/below"));
    Files.createDirectory(shared.resolve("below"));
    for (Path run : List.of(shared.resolve("run"), link.resolve("run"))) {
      String text =
          assertThrows(IOException.class, () -> RunDirectory.at(run).create()).getMessage();
      assertTrue(text.contains("anybody may write to " + shared), text);
    }
    Files.setAttribute(shared, "unix:mode", 01777); // as /tmp
    RunDirectory.at(link.resolve("run")).create();
  }

  @Test
  void isRefusedWhenItsSocketsNameWouldBeTooLong() {
    RunDirectory run = RunDirectory.at(directory.resolve("x".repeat(100)));
    String text = assertThrows(IOException.class, run::create).getMessage();
    assertTrue(text.contains("too long"), text);
  }
}
