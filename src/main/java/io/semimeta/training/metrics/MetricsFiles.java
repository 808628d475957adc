package io.semimeta.training.metrics;

import io.semimeta.UserError;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Keeps a run's metrics in {@code OUTPUT/metrics.jsonl} (a JSON object a line: {@code step}, {@code
 * kind}, {@code time}, then the values; null for NaN and infinity) and in a TensorBoard event file
 * under {@code OUTPUT/tensorboard/}.
 *
 * <p>It holds all rows, some thousands, and writes both files whole each time: object stores cannot
 * append, and so a resumed run continues the files without a seam.
 */
public final class MetricsFiles {
  public static final String FILE_NAME = "metrics.jsonl";
  public static final String TENSORBOARD = "tensorboard";

  private static final Logger LOG = LogManager.getLogger(MetricsFiles.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final Path jsonLines;
  private final Path events;
  private final Configuration conf;
  private final InstantSource clock;
  private final List<MetricsRow> rows = new ArrayList<>();
  private Instant lastWrite;
  private Runnable guard = () -> {};

  /** Makes the files of a new run, which appear when rows are first written. */
  public MetricsFiles(Path output, Configuration conf) {
    this(output, conf, InstantSource.system());
  }

  MetricsFiles(Path output, Configuration conf, InstantSource clock) {
    this.jsonLines = new Path(output, FILE_NAME);
    this.events = new Path(new Path(output, TENSORBOARD), EventFile.FILE_NAME);
    this.conf = conf;
    this.clock = clock;
    this.lastWrite = clock.instant();
  }

  /**
   * Reads the files of a resumed run, with the rows up to the step that it resumes from, included.
   *
   * @throws UserError when {@code metrics.jsonl} cannot be understood
   */
  public static MetricsFiles resume(Path output, Configuration conf, long step) throws IOException {
    MetricsFiles files = new MetricsFiles(output, conf);
    String remedy = "; move the file away to go on without the earlier ones";
    files.rows.addAll(MetricsRows.read(files.jsonLines, conf, false, remedy).rows());
    files.rewind(step);
    return files;
  }

  /**
   * Has something checked before each writing.
   *
   * @param look the check, which throws where nothing may be written any more
   */
  public synchronized MetricsFiles guardedBy(Runnable look) {
    guard = look;
    return this;
  }

  /** Drops the rows after a step that the run goes back to. */
  public synchronized void rewind(long step) {
    rows.removeIf(row -> row.step() > step);
  }

  /** Adds a row; writes the files when they were last written half a minute ago. */
  public synchronized void add(MetricsRow row) {
    rows.add(row);
    if (Duration.between(lastWrite, clock.instant()).compareTo(INTERVAL) >= 0) {
      flushIfPossible();
    }
  }

  /** Writes both files, or a warning: metrics alone are no reason to lose a run of days. */
  public synchronized void flushIfPossible() {
    try {
      flush();
    } catch (IOException e) {
      LOG.warn("Cannot write {} now: {}", jsonLines, e.getMessage());
    }
  }

  /**
   * Writes both files. It is also to be called before a checkpoint is written, so that a run
   * resumed from that finds all rows up to its step.
   */
  public synchronized void flush() throws IOException {
    guard.run();
    lastWrite = clock.instant();
    StringBuilder lines = new StringBuilder();
    for (MetricsRow row : rows) {
      lines.append(row.toJson()).append('\n');
    }
    WholeFile.replace(jsonLines, conf, lines.toString().getBytes(StandardCharsets.UTF_8));
    // The file is written in place, for a running TensorBoard keeps it open and would not see a new
    // one of the same name. TensorBoard expects files that end in the middle of an event.
    byte[] encoded = EventFile.encode(rows);
    WholeFile.write(events, conf, out -> out.write(encoded));
  }

  /** Returns all rows so far, in the order of their steps. */
  public synchronized List<MetricsRow> rows() {
    return List.copyOf(rows);
  }
}
