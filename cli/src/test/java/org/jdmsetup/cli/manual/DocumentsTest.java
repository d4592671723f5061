package org.jdmsetup.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jdmsetup.ioctl.driver.RunDirectory;
import org.jdmsetup.testing.Needs;
import org.jdmsetup.testing.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manual pages as formatters see them, and the completion scripts in real shells. */
class DocumentsTest {
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path share;

  @BeforeEach
  void write() throws IOException {
    Documents.main(new String[] {share.toString(), "../docs", "2026-01-01T00:00:00Z"});
    Path program = Files.createDirectory(share.resolve("bin")).resolve("dmsetup");
    Files.writeString(
        program,
        "#!/bin/sh\n"
            + "case $1 in\n"
            + "  ls) printf 'vol\\t(254:0)\\nvol two\\t(254:1)\\nother\\t(254:2)\\n' ;;\n"
            + "  targets) printf 'linear           v1.4.0\\nzero             v1.1.0\\n' ;;\n"
            + "esac\n");
    assertTrue(program.toFile().setExecutable(true));
  }

  private String run(String... command) throws IOException, InterruptedException {
    Needs.tools(command[0]);
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    program.environment().put("PATH", share.resolve("bin") + ":" + System.getenv("PATH"));
    program.environment().put("HOME", share.toString());
    return Programs.run(program, "", StandardCharsets.UTF_8, LIMIT_SECONDS).out().strip();
  }

  private List<String> pages() throws IOException {
    try (Stream<Path> pages = Files.walk(share.resolve("man"))) {
      return pages.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aPageForEachToolAndEachTarget() throws Exception {
    assertTrue(pages().contains(share.resolve("man/man8/dmsetup.8").toString()));
    assertTrue(pages().contains(share.resolve("man/man8/dmlosetup.8").toString()));
    try (Stream<Path> targets = Files.list(Path.of("../docs/targets"))) {
      assertEquals(targets.count(), pages().size() - 2);
    }
  }

  @Test
  void dmsetupTellsOfTheTargetsPagesAndTheRunDirectory() throws Exception {
    String page = Files.readString(Path.of("../docs/dmsetup.md"));
    try (Stream<Path> targets = Files.list(Path.of("../docs/targets"))) {
      for (Path target : targets.toList()) {
        String name = "dm-" + target.getFileName().toString().replace(".md", "(7)");
        assertTrue(page.contains(" " + name + ","), name);
      }
    }
    RunDirectory run = RunDirectory.at(Path.of("/run/jdmsetup"));
    for (Path file :
        List.of(
            run.controlSocket(),
            run.nbdSocket(),
            run.lock(),
            run.log(),
            run.fuse(),
            run.journal(),
            run.crashReport("PID"))) {
      assertTrue(page.contains("\n| `" + file.getFileName() + "` |"), file.toString());
    }
  }

  @Test
  void mandocHasNoWarnings() throws Exception {
    for (String page : pages()) {
      assertEquals("", run("mandoc", "-T", "lint", "-W", "warning", page));
    }
  }

  @Test
  void groffHasNoWarnings() throws Exception {
    for (String page : pages()) {
      assertEquals("", run("groff", "-man", "-Tutf8", "-ww", "-z", page));
    }
  }

  @Test
  void aPageBeginsWithItsNameAndSynopsis() {
    Page page =
        new Page(
            "# x\n\nDoes `this`.\n\n    x FILE\n\nMore.\n\n| a | b |\n|---|---|\n| `-q` | c |\n");

    assertEquals(
        """
        .TH X 8 2026-01-01 jdmsetup
        .SH NAME
        x \\- Does this
        .SH SYNOPSIS
        .nf
        .RS 4
        x FILE
        .RE
        .fi
        .SH DESCRIPTION
        More.
        .TP
        \\fB\\-q\\fR
        c
        """,
        ManualPage.of(page, "x", 8, "2026-01-01"));
  }

  @ParameterizedTest
  @CsvSource({
    "'dmsetup wip', wipe_table",
    "'dmsetup suspend --no', --noflush --nolockfs",
    "'dmsetup create x --not', --notable",
    "'dmsetup --backend en', engine",
    "'dmsetup remove oth', other",
    "'dmsetup remove vol other vo', vol vol\\ two",
    "'dmsetup rename vol o', ''",
    "'dmsetup ls --target l', linear",
    "'dmsetup info -c -o name,maj', 'name,major'",
    "'dmsetup deps -o devn', devno devname",
    "'dmsetup ls --tree -o ascii,inv', 'ascii,inverted'",
    "'dmsetup info -c --headings ab', abbrev",
    "'dmsetup help mang', mangle",
    "'dmsetup help mang x', ''",
    "'dmsetup create x --uuid ', ''",
    "'dmsetup target-version ze', zero"
  })
  void bashCompletes(String line, String expected) throws Exception {
    String script =
        ". \"$0/bash-completion/completions/dmsetup\"; COMP_WORDS=($1); "
            + "[[ $1 == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
            + "_dmsetup; echo ${COMPREPLY[*]}";

    assertEquals(expected, run("bash", "-c", script, share.toString(), line));
  }

  @ParameterizedTest
  @CsvSource({
    "'dmsetup wip', wipe_table",
    "'dmsetup remove oth', other",
    "'dmsetup ls --target l', linear",
    "'dmsetup ls --tree -o inv', inverted",
    "'dmsetup deps -o blk', blkdevname",
    "'dmsetup info -c --headings ab', abbrev",
    "'dmsetup --backend en', engine"
  })
  void fishCompletes(String line, String expected) throws Exception {
    String script =
        "source " + share + "/fish/vendor_completions.d/dmsetup.fish; complete -C '" + line + "'";

    assertEquals(expected, run("fish", "-c", script).replaceAll("\t.*", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "'dmsetup wip', wipe_table",
    "'dmsetup remove oth', other",
    "'dmsetup ls --target l', linear",
    "'dmsetup ls --tree -o inv', inverted",
    "'dmsetup info -c --headings ab', abbrev",
    "'dmsetup --backend en', engine"
  })
  void zshCompletes(String line, String expected) throws Exception {
    // compadd stands in for the completion system, which wants a terminal
    String script =
        "compadd() { local -a w; for a in \"$@\"; do case $a in (-a) w+=($found);; (-*) ;;"
            + " (*) w+=($a);; esac; done; print -l -- ${(M)w:#${words[CURRENT]}*}; }; "
            + "compset() { :; }; words=(${(s: :)2}); CURRENT=${#words}; "
            + "source $1/zsh/site-functions/_dmsetup";

    assertEquals(
        expected,
        run("zsh", "-f", "-c", script, "zsh", share.toString(), line).replace("found\n", ""));
  }
}
