package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the regular expressions of selections match. */
class RegexTest {

  @ParameterizedTest
  @CsvSource({
    "b,        abc, true",
    "^b,       abc, false",
    "^a,       abc, true",
    "c$,       abc, true",
    "^$,       '',  true",
    "^^a,      a,   false",
    "a.c,      abc, true",
    "^a+b?$,   aaa, true",
    "(ab|cd)+e, xcdabe, true",
    "[^a-c],   abc, true",
    "^[^a-c]+$, xyz, true",
    "[a-c-e]$, d,   true",
    "^[-a]+$,  a-a, true",
    "a{2},     aa,  false",
    "\\.,      abc, false",
    "a),       a,   true",
  })
  void searchesAsDmsetupDoes(String expression, String text, boolean found)
      throws RegexSyntaxException {
    assertEquals(found, Regex.of(expression, line -> {}).matches(text));
  }

  @Test
  void anEmptyExpressionIsMalformed() {
    RegexSyntaxException refusal =
        assertThrows(RegexSyntaxException.class, () -> Regex.of("", line -> {}));
    assertEquals(
        List.of(
            "missing ')' in regular expression", "Parse error in regex", "Couldn't parse regex"),
        refusal.complaints());
  }

  @Test
  void someMalformedExpressionsOnlyGetAWarning() throws RegexSyntaxException {
    List<String> warnings = new ArrayList<>();
    assertEquals(true, Regex.of("|a", warnings::add).matches("zzz"));
    assertEquals(List.of("missing ')' in regular expression"), warnings);
  }

  @Test
  void noExpressionTakesForever() throws RegexSyntaxException {
    Regex regex = Regex.of("(((a*)*)*)*b$", line -> {});
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals(false, regex.matches("a".repeat(5000))));
  }

  @Test
  void deepNestingIsRefusedInsteadOfOverflowingTheStack() {
    assertThrows(RegexSyntaxException.class, () -> Regex.of("(".repeat(100_000), line -> {}));
  }
}
