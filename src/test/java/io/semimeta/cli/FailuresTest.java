package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.distributed.LostAttemptException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.fs.LocalDiskErrors;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** A disk, a network or a cluster is told in one line; a bug is none of them. */
class FailuresTest {
  private static void assertTold(String line, Throwable failure) {
    assertEquals(Optional.of(line), Failures.environment(failure));
  }

  private static void assertBug(Throwable failure) {
    assertEquals(Optional.empty(), Failures.environment(failure), failure.toString());
  }

  /** What Spark makes of a task's exception. */
  private static SparkException task(String trace) {
    return new SparkException(
        "Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 0.0 (TID 3) (h1 executor 1): "
            + trace
            + "\n\tat io.semimeta.X.y(X.java:7)\n\nDriver stacktrace:",
        null);
  }

  @Test
  void exceptionsThatACorrectProgramMayMeet() {
    assertTold("IOException: Stream closed", new IOException("Stream closed\nand so on"));
    assertTold("IOException: cut", new UncheckedIOException(new IOException("cut")));
    assertTold(
        "AccessControlException: user=a",
        new RuntimeException(new AccessControlException("user=a")));
    assertTold(
        "unknown host: nohost; is its name right?",
        new IllegalArgumentException(new UnknownHostException("nohost")));
    assertTold("IOException: Input/output error", LocalDiskErrors.of("Input/output error"));
    assertTold(
        "FSError: Input/output error",
        task("org.apache.hadoop.fs.FSError: java.io.IOException: Input/output error"));
  }

  /** Whatever thread it comes from. */
  @Test
  void aFullDiskNamesWhatIsFull() {
    String line =
        "a disk is full: out/x.rec: No space left on device; make room there, or set TMPDIR or"
            + " spark.local.dir to another disk";
    IOException full = new IOException("out/x.rec: No space left on device");
    for (Throwable failure :
        List.of(
            full,
            new IOException(full.getMessage(), LocalDiskErrors.of("No space left on device")),
            LocalDiskErrors.of(full.getMessage()),
            new CompletionException(LocalDiskErrors.of(full.getMessage())),
            new ExecutionException(full),
            task(
                "java.io.UncheckedIOException: java.io.IOException: "
                    + full.getMessage()
                    + "\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: "
                    + full.getMessage()))) {
      assertTold(line, failure);
    }
  }

  /** Whatever else fell with it: a rank that lost another, a job that was cancelled. */
  @Test
  void anOutputThatCannotBeWrittenComesFirst() {
    String line = "file:/out/metrics.jsonl: no space left on device; make room there";
    for (Throwable failure :
        List.of(
            new OutputException(line, null),
            new UncheckedIOException(new OutputException(line, null)),
            task(
                "java.io.UncheckedIOException: io.semimeta.OutputException: "
                    + line
                    + "\n\tat a.B.c(B.java:1)\nCaused by: io.semimeta.OutputException: "
                    + line))) {
      assertTold(line, failure);
    }
  }

  @Test
  void memoryThatIsNotThere() {
    String line =
        "out of memory (Java heap space): give more by --memory-per-worker or --driver-memory, or"
            + " use a smaller --batch-size";
    assertTold(line, new OutOfMemoryError("Java heap space"));
    assertTold(line, task("java.lang.OutOfMemoryError: Java heap space"));
    assertTrue(
        Failures.environment(
                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried"))
            .orElseThrow()
            .startsWith("out of memory"));
  }

  @Test
  void aClusterThatIsGone() {
    String line =
        "Spark stopped the application while it ran; is the cluster's master still there?";
    assertTold(
        line,
        new IllegalStateException("Cannot call methods on a stopped SparkContext.\nThis stopped…"));
    assertTold(
        line, new SparkException("Job 3 cancelled because SparkContext was shut down", null));
    assertTold(
        "SparkException: External scheduler cannot be instantiated",
        new SparkException("External scheduler cannot be instantiated", null));
    assertTold(
        "the class x.Y is missing; add its module by --packages",
        new RuntimeException(new ClassNotFoundException("x.Y")));
    assertTold(
        "LostRankException: rank 0 lost another rank: reset by peer",
        task(
            "io.semimeta.distributed.LostRankException: rank 0 lost another rank: reset by peer\n"
                + "\tat a.B.c(B.java:1)\nCaused by: java.lang.RuntimeException: reset by peer"));
  }

  /** The attempts' own words say how to go on. */
  @Test
  void whatAttemptsCameTo() {
    Exception lost = task("java.io.IOException: Broken pipe");
    assertTold(
        "training failed after 3 restarts; --resume goes on: IOException: Broken pipe",
        new IllegalStateException(
            "training failed after 3 restarts; --resume goes on", new LostAttemptException(lost)));
  }

  /** A library's unchecked exceptions speak of the service that it is for. */
  @Test
  void aServiceThatRefuses() {
    assertTold(
        "ParquetDecodingException: bad", new org.apache.parquet.io.ParquetDecodingException("bad"));
  }

  @Test
  void bugsAreNone() {
    assertBug(new NullPointerException("x is null"));
    assertBug(new IllegalStateException("broken"));
    assertBug(new ClassCastException());
    assertBug(new AssertionError("no"));
    assertBug(new NoSuchMethodError("f"));
    assertBug(new NoClassDefFoundError("a/B").initCause(new ClassNotFoundException("a.B")));
    assertBug(
        task(
            "java.lang.NoClassDefFoundError: a/B\n\tat a.B.c(B.java:1)\n"
                + "Caused by: java.lang.ClassNotFoundException: a.B"));
    assertBug(new RuntimeException("wrapped", new IndexOutOfBoundsException("3")));
    assertBug(task("java.lang.NullPointerException"));
    assertBug(task("java.lang.ClassCastException: a cannot be cast to b"));
    assertBug(
        task(
            "org.apache.spark.SparkException: Task failed\n\tat a.B.c(B.java:1)\n"
                + "Caused by: java.lang.ArithmeticException: / by zero"));
  }

  @Test
  void aMissingFileIsNamed() {
    assertTold("FileNotFoundException: a/b", new FileNotFoundException("a/b"));
  }
}
