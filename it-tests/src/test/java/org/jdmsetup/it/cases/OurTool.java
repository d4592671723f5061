package org.jdmsetup.it.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdmsetup.cli.Main;
import org.jdmsetup.cli.session.Surroundings;
import org.jdmsetup.ioctl.session.DeviceMapper;
import org.jdmsetup.tables.ByteText;
import org.jdmsetup.testing.Programs;

/** Runs our commands inside this process: a JVM start a command would take the guest minutes. */
final class OurTool implements Tool {
  private static final int LIMIT_SECONDS = 30;

  @Override
  public Programs.Result run(List<String> words, String input, Map<String, String> environment)
      throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            out,
            err,
            false,
            environment,
            Path.of(""),
            DeviceMapper::new);
    String[] arguments = words.stream().skip(1).map(ByteText::ofUnicode).toArray(String[]::new);
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Thread command =
        new Thread(
            () -> {
              try {
                status.complete(Main.run(words.get(0), arguments, surroundings));
              } catch (RuntimeException | Error e) {
                status.completeExceptionally(e);
                throw e;
              }
            },
            String.join(" ", words));
    command.setDaemon(true);
    command.start();
    return new Programs.Result(await(status), out.toString(UTF_8), err.toString(UTF_8));
  }

  private static int await(CompletableFuture<Integer> status) throws InterruptedException {
    try {
      return status.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return Programs.LATE;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
