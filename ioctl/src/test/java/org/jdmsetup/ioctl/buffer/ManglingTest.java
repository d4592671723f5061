package org.jdmsetup.ioctl.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jdmsetup.ioctl.buffer.Mangling.Subject;
import org.jdmsetup.tables.ByteText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManglingTest {

  @ParameterizedTest
  @CsvSource({
    "AUTO, plain#+-.:=@_09AZ, plain#+-.:=@_09AZ",
    "AUTO, a b, a\\x20b",
    "AUTO, c\\x20d, c\\x20d",
    "AUTO, c\\xzzd, c\\xzzd",
    "AUTO, a\\b, a\\x5cb",
    "HEX, g\\x20h, g\\x5cx20h",
    "HEX, a b, a\\x20b",
    "NONE, a b, a b",
    "AUTO, '', ''",
  })
  void towardsTheKernel(Mangling mode, String typed, String held) throws Exception {
    assertEquals(held, mode.mangle(typed, Subject.NAME));
  }

  @Test
  void bytesOfUtf8AreMangledOneByOne() throws Exception {
    assertEquals(
        "\\xc3\\xa9\\x2c\\x3b", Mangling.AUTO.mangle(ByteText.ofUnicode("é,;"), Subject.NAME));
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, a\\x20b, a b",
    "HEX, g\\x5cx20h, g\\x20h",
    "NONE, a\\x20b, a\\x20b",
    "AUTO, a\\xzz, a\\xzz",
    "AUTO, a\\x20b\\xzz, a b",
    "AUTO, a\\b, a\\b",
  })
  void towardsTheUser(Mangling mode, String held, String shown) throws Exception {
    assertEquals(shown, mode.unmangle(held, "name"));
  }

  private static List<String> lines(String text, Subject subject) {
    return assertThrows(ManglingException.class, () -> Mangling.AUTO.mangle(text, subject)).lines();
  }

  @Test
  void halfMangledTextIsRefused() {
    assertEquals(
        List.of(
            "The name \"a\\x20b c\" contains mixed mangled and unmangled characters or it's"
                + " already mangled improperly.",
            "Failed to mangle device name \"a\\x20b c\"."),
        lines("a\\x20b c", Subject.NAME));
    assertEquals(
        List.of(
            "The new UUID \"a\\x2\" contains mixed mangled and unmangled characters or it's"
                + " already mangled improperly.",
            "Failed to mangle new device UUID \"a\\x2\""),
        lines("a\\x2", Subject.NEW_UUID));
  }

  @Test
  void twiceMangledTextIsRefused() {
    assertEquals(
        "The UUID \"a\\x5cx20\" seems to be mangled more than once. This is not allowed in auto"
            + " mode.",
        lines("a\\x5cx20", Subject.UUID).get(0));
    assertThrows(ManglingException.class, () -> Mangling.AUTO.unmangle("a\\x5cx20", "name"));
  }

  @Test
  void aResultThatIsTooLongIsRefused() {
    String text = " ".repeat(32);
    assertEquals(
        List.of(
            "Mangled form of the new name too long for \"" + text + "\".",
            "Failed to mangle new device name \"" + text + "\""),
        lines(text, Subject.NEW_NAME));
  }

  @Test
  void aNameThatShouldHaveBeenMangledIsRefused() {
    assertEquals(
        "The name \"a b\" should be mangled but it contains blacklisted characters.",
        assertThrows(ManglingException.class, () -> Mangling.HEX.unmangle("a b", "name"))
            .getMessage());
  }

  @Test
  void aNameThatIsHeldHalfMangledHasNoMangledFormToShow() throws ManglingException {
    assertEquals("a\\x20b", Mangling.NONE.mangleForDisplay("a b", Subject.NAME));
    assertEquals("a\\x5cx20b", Mangling.NONE.mangleForDisplay("a\\x5cx20b", Subject.NAME));
    assertEquals("a\\x5cx20b", Mangling.HEX.mangleForDisplay("a\\x20b", Subject.NAME));
    assertEquals(
        List.of(
            "The name \"a b\\x20c\" contains mixed mangled and unmangled characters or it's"
                + " already mangled improperly.",
            "Failed to mangle device name \"a b\\x20c\"."),
        assertThrows(
                ManglingException.class,
                () -> Mangling.NONE.mangleForDisplay("a b\\x20c", Subject.NAME))
            .lines());
  }
}
