package org.jdmsetup.cli.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jdmsetup.tables.ByteText;

/**
 * Maps, lists, strings, numbers, booleans and null as JSON on one line. Strings, taken and given,
 * are byte text: what is UTF-8 passes as it is. In what is not, U+FFFD stands for the bad bytes,
 * and if it is the member of an object, a member with the suffix {@code _hex} follows that has all
 * its bytes.
 */
public final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  /** The JSON of a value, as byte text without a newline. */
  public static String of(Object value) {
    JsonText json = new JsonText();
    json.value(value);
    return json.text.toString();
  }

  private void value(Object value) {
    if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object each : list) {
        text.append(separator);
        value(each);
        separator = ", ";
      }
      text.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof String string) {
      string(string);
    } else {
      text.append(value);
    }
  }

  private void object(Map<?, ?> map) {
    String separator = "{";
    for (Map.Entry<?, ?> member : map.entrySet()) {
      String name = (String) member.getKey();
      text.append(separator).append('"').append(name).append("\": ");
      value(member.getValue());
      separator = ", ";
      if (member.getValue() instanceof String string && !isUtf8(string)) {
        text.append(", \"").append(name).append("_hex\": \"");
        for (byte each : ByteText.bytes(string)) {
          text.append(Character.forDigit(each >> 4 & 15, 16));
          text.append(Character.forDigit(each & 15, 16));
        }
        text.append('"');
      }
    }
    text.append(map.isEmpty() ? "{}" : "}");
  }

  private void string(String byteText) {
    String string = isUtf8(byteText) ? byteText : ByteText.ofUnicode(ByteText.unicode(byteText));
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u00").append(Character.forDigit(c >> 4, 16));
        text.append(Character.forDigit(c & 15, 16));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private static boolean isUtf8(String byteText) {
    for (int i = 0; i < byteText.length(); i++) {
      if (byteText.charAt(i) >= 0x80) {
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(ByteText.bytes(byteText)));
          return true;
        } catch (CharacterCodingException e) {
          return false;
        }
      }
    }
    return true;
  }
}
