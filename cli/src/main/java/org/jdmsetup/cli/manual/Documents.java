package org.jdmsetup.cli.manual;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code Documents SHARE DOCS DATE}: what the build runs to make the package's {@code share/},
 * manual pages and completion scripts, of the directory DOCS. DATE stands in the pages, {@code
 * YYYY-MM-DD}.
 */
public final class Documents {
  private final Path share;
  private final Path docs;
  private final String date;

  private Documents(Path share, Path docs, String date) {
    this.share = share;
    this.docs = docs;
    this.date = date;
  }

  public static void main(String[] args) throws IOException {
    new Documents(Path.of(args[0]), Path.of(args[1]), args[2].substring(0, 10)).write();
  }

  private void write() throws IOException {
    page(docs.resolve("dmsetup.md"), "dmsetup", 8);
    page(docs.resolve("dmlosetup.md"), "dmlosetup", 8);
    try (DirectoryStream<Path> targets =
        Files.newDirectoryStream(docs.resolve("targets"), "*.md")) {
      for (Path target : targets) {
        String type = target.getFileName().toString().replace(".md", "");
        page(target, "dm-" + type, 7);
      }
    }
    Completion completion = new Completion(new Manual());
    file("bash-completion/completions/dmsetup", completion.bash());
    file("zsh/site-functions/_dmsetup", completion.zsh());
    file("fish/vendor_completions.d/dmsetup.fish", completion.fish());
  }

  private void page(Path source, String name, int section) throws IOException {
    Page page = new Page(Files.readString(source, StandardCharsets.UTF_8));
    file(
        "man/man" + section + "/" + name + "." + section, ManualPage.of(page, name, section, date));
  }

  private void file(String name, String text) throws IOException {
    Path file = share.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
