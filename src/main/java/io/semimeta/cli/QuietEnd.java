package io.semimeta.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/**
 * Silences standard error once Spark ends, in a process that ends with it. Spark's threads then may
 * refuse each other's tasks, and Scala prints a trace of each. The program's own lines, and the
 * log's, go on, for they have the stream from before.
 */
final class QuietEnd extends SparkListener {
  private static volatile boolean isWanted;

  /** Says that this process ends with its session. */
  static void want() {
    isWanted = true;
  }

  static boolean isWanted() {
    return isWanted;
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd end) {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }
}
