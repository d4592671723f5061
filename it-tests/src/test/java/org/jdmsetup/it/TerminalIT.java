package org.jdmsetup.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jdmsetup.it.world.EngineWorld;
import org.jdmsetup.it.world.Product;
import org.jdmsetup.it.world.Requirement;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The scripts of {@code bin} as a person runs them: on a terminal, where programs ask questions,
 * and in a checkout that has blanks in its path. Where only the call of Maven is tested, a stand-in
 * takes Maven's place.
 */
final class TerminalIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private EngineWorld world;

  @BeforeEach
  void aCheckout() throws Exception {
    Requirement.blockNodes();
    Needs.tools("script", "ps", "losetup", "mkfs.ext4", "unshare");
    world = EngineWorld.open();
    world.ok(
        """
        mkdir -p 'a checkout/cli/target' 'a tmp' stand-ins
        (cd '%1$s' && tar --exclude=target -cf - .mvn bin docs pom.xml README.md LICENSE */pom.xml */src) | tar -xf - -C 'a checkout'
        cp -a '%2$s' 'a checkout/cli/target/dist'
        cat > stand-ins/docker <<'END'
        #!/bin/sh
        END
        cat > stand-ins/mvn <<'END'
        #!/bin/sh
        echo "mvn $*"
        . "$TMPDIR/../maven"
        END
        chmod 755 stand-ins/*
        """
            .formatted(CHECKOUT, Product.directory().getParent()));
    world.set("TMPDIR", world.work().resolve("a tmp").toString());
  }

  @AfterEach
  void close() throws Exception {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void tryGoesThroughWithoutAQuestion() throws Exception {
    world.ok(": > 'a checkout/cli/target/jdmsetup.built'");
    typed("unset JDMSETUP_BACKEND", "exec 'a checkout/bin/try'");
    Programs.Result tried = world.privately("exec script -qec 'exec sh typed' /dev/null");
    assertEquals(0, tried.status(), tried.out());
    assertTrue(tried.out().strip().endsWith("with the userspace engine."), tried.out());
    assertEquals("", world.ok("ls 'a tmp'"), "nothing is left");
  }

  @Test
  void tryThatIsInterruptedNamesItsLog() throws Exception {
    assertNamesItsLog(interrupted("try"), "Building \\(.*", "/a tmp/jdmsetup-try.log.\\w+");
    assertTrue(world.ok("cat 'a tmp'/*").startsWith("mvn -B package"));
  }

  @Test
  void testThatIsInterruptedNamesItsLog() throws Exception {
    assertNamesItsLog(interrupted("test"), "Testing on javac .*", "/a checkout/target/test.log");
  }

  @Test
  void testSaysWhatMavenFound() throws Exception {
    maven(
        """
        mkdir -p it-tests/target/failsafe-reports && cat > it-tests/target/failsafe-reports/TEST-some.xml <<END
        <testsuite name="org.jdmsetup.it.SomeIT" time="1.5" tests="3" errors="0" skipped="0" failures="1">
          <testcase name="works" classname="org.jdmsetup.it.SomeIT" time="1.0"/>
          <testcase name="fails" classname="org.jdmsetup.it.SomeIT" time="0.5">
            <failure message="expected: &lt;1&gt;" type="x"><![CDATA[expected
        \tat java.base/java.lang.Thread.run(Thread.java:840)
        \tat org.jdmsetup.it.SomeIT.fails(SomeIT.java:7)
        ]]></failure>
          </testcase>
        </testsuite>
        END
        """);
    typed("exec 'a checkout/bin/test'");
    Programs.Result tested = world.sh("script -qec 'exec sh typed' /dev/null");
    assertEquals(1, tested.status(), tested.out());
    String shown = tested.out().replace("\r\n", "\n");
    assertTrue(
        Pattern.compile("Testing on javac .* \\.\\.\\.\n(\\r  \\d+ s )+\\r  \\d+ s\n")
            .matcher(shown)
            .find(),
        shown);
    assertTrue(
        shown.endsWith(
            """
            Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1.5 s -- in org.jdmsetup.it.SomeIT
            FAILED org.jdmsetup.it.SomeIT.fails: expected: <1>
                at org.jdmsetup.it.SomeIT.fails(SomeIT.java:7)

            Tests run: 3, Failures: 1, Errors: 0, Skipped: 0
            2 passed, 1 failed, 0 skipped
            """),
        shown);
  }

  @Test
  void bothRefuseWords() throws Exception {
    for (String script : List.of("try", "test")) {
      Programs.Result refused = world.sh("'a checkout/bin/" + script + "' now");
      assertEquals(2, refused.status());
      assertTrue(refused.err().startsWith("usage: bin/" + script), refused.err());
    }
  }

  /** What a script shows whose user presses Ctrl-C while Maven works, and what it leaves. */
  private String interrupted(String script) throws Exception {
    maven("echo > \"$TMPDIR/../begun\"; exec sleep 600");
    typed(
        "trap : INT",
        "'a checkout/bin/" + script + "'",
        "echo status $?",
        "for each in $(ps -o pid= -s $(ps -o sid= -p $$)); do",
        "  [ $each = $$ ] || ps -o args= -p $each",
        "done",
        "echo > ended");
    return world.ok(
        "mkfifo begun ended\n"
            + "{ read word < begun; printf '\\003'; read word < ended; } | script -qec 'exec sh typed' /dev/null");
  }

  private static void assertNamesItsLog(String shown, String busy, String log) {
    String end =
        "(?s).*\r  \\d+ s\r\nStopped at: "
            + busy
            + "\\. Its log is [^\r]*"
            + log
            + "\r\nstatus 130\r\n";
    assertTrue(shown.matches(end), shown);
  }

  /** What Maven's stand-in does after saying what it was called with. */
  private void maven(String lines) throws IOException {
    world.set("PATH", world.work().resolve("stand-ins") + ":" + System.getenv("PATH"));
    Files.writeString(world.work().resolve("maven"), lines + "\n");
  }

  private void typed(String... lines) throws IOException {
    Files.write(world.work().resolve("typed"), List.of(lines));
  }
}
