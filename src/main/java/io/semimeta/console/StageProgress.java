package io.semimeta.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Progress over the tasks of the job at hand: on a terminal a bar, elsewhere a line every ten
 * seconds.
 */
public final class StageProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Listener listener = new Listener(Terminal.isStandardError());

  /** Listens to the application until it is closed. */
  public StageProgress(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Ends one bar and begins another. */
  public void next(String name) {
    listener.begin(name);
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    listener.end();
  }

  private static final class Listener extends SparkListener {
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

    private final boolean terminal;
    private ProgressBar bar;
    private String name = "";
    private long tasks;
    private long done;
    private Instant lastLine = Instant.now();

    Listener(boolean terminal) {
      this.terminal = terminal;
    }

    synchronized void begin(String newName) {
      end();
      name = newName;
      tasks = 0;
      done = 0;
      lastLine = Instant.now();
      if (terminal) {
        bar =
            new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(0)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(1000)
                .build();
      }
    }

    synchronized void end() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
      tasks += stage.stageInfo().numTasks();
      if (bar != null) {
        bar.maxHint(tasks);
      }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
      done++;
      if (bar != null) {
        bar.stepTo(done);
      } else if (Duration.between(lastLine, Instant.now()).compareTo(PLAIN_INTERVAL) >= 0) {
        lastLine = Instant.now();
        System.err.printf(Locale.ROOT, "%s: %d of %d tasks%n", name, done, tasks);
      }
    }
  }
}
