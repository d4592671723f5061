package org.jdmsetup.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which words of a table are keys. */
class HiddenKeysTest {

  @ParameterizedTest
  @CsvSource({
    "crypt, aes-xts-plain64 0123abcd 0 7:0 0, aes-xts-plain64 00000000 0 7:0 0",
    "crypt, aes-xts-plain64 - 0 7:0 0, aes-xts-plain64 0 0 7:0 0",
    "crypt, aes :64:logon:key 0 7:0 0, aes :64:logon:key 0 7:0 0",
    "crypt, aes, aes",
    "integrity, 7:0 0 4 J 1 internal_hash:hmac(sha256):deadbeef x, 7:0 0 4 J 1 internal_hash:hmac(sha256):00000000 x",
    "integrity, 7:0 0 4 J 1 internal_hash:crc32 a:b, 7:0 0 4 J 1 internal_hash:crc32 a:b",
    "integrity, J journal_mac:hmac:ab journal_crypt:aes:cd, J journal_mac:hmac:00 journal_crypt:aes:00",
    "linear, 7:0 0, 7:0 0"
  })
  void hidesKeysAndNothingElse(String type, String params, String shown) {
    assertEquals(shown, HiddenKeys.hidden(type, params));
  }
}
