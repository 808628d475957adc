package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files of every kind: what reads them neither hangs nor crashes, takes no memory for what
 * isn't there, and either reads them or says in one line which file is at fault.
 */
class DamagedFilesTest {
  private static final long SEED = 20_261_129;
  private static final List<Damage> KINDS = List.of(Damage.values());
  private static final int FEW = 2_000;
  private static final int MANY = 100_000;

  /** A file of some kilobytes takes milliseconds. */
  private static final int MAX_SECONDS = 60;

  @TempDir private Path folder;

  private final List<String> faults = new ArrayList<>();
  private ExecutorService worker = worker();

  private static ExecutorService worker() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "parser");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Test
  void fewOfEveryKind() throws Exception {
    damage(FEW);
  }

  @Test
  @Tag("long")
  void manyOfEveryKind() throws Exception {
    damage(MANY);
  }

  private void damage(int files) throws Exception {
    List<Subject> subjects = Subjects.in(folder);
    int each = (files + subjects.size() - 1) / subjects.size();
    StringBuilder table = new StringBuilder();
    for (Subject subject : subjects) {
      Map<String, Integer> counts = damage(subject, each);
      table.append(String.format(Locale.ROOT, "%n%-40s %s", subject, counts));
    }
    System.out.printf(
        Locale.ROOT, "%,d damaged files, seed %d%s%n", each * subjects.size(), SEED, table);
    assertEquals(List.of(), faults);
  }

  private Map<String, Integer> damage(Subject subject, int times) throws Exception {
    byte[] whole = Files.readAllBytes(subject.file());
    String before = subject.parser().parse();
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      SplittableRandom random = new SplittableRandom(SEED + i);
      Damage damage = KINDS.get(i % KINDS.size());
      Files.write(subject.file(), damage.of(whole, subject.head(), random));
      String outcome = outcome(subject, before);
      if (outcome.startsWith("FAULT")) {
        faults.add(subject + ", " + damage + " " + i + ": " + outcome);
      }
      counts.merge(outcome.lines().findFirst().orElseThrow(), 1, Integer::sum);
    }
    Files.write(subject.file(), whole);
    return counts;
  }

  private String outcome(Subject subject, String before) throws InterruptedException {
    Future<String> parsed = worker.submit(() -> subject.parser().parse());
    try {
      boolean same = parsed.get(MAX_SECONDS, TimeUnit.SECONDS).equals(before);
      if (!same && subject.checked()) {
        return "FAULT\nread with other contents, although there is a checksum";
      }
      return same ? "unchanged" : "other contents";
    } catch (TimeoutException e) {
      worker.shutdownNow();
      worker = worker();
      return "FAULT\nhangs";
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      boolean known =
          cause instanceof UserError
              || cause instanceof IOException
              || cause instanceof UncheckedIOException;
      return known && String.valueOf(cause.getMessage()).contains(subject.name())
          ? "refused"
          : "FAULT\n" + cause + at(cause);
    }
  }

  private static String at(Throwable e) {
    return e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
  }
}
