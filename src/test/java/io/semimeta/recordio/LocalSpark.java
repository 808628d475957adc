package io.semimeta.recordio;

import io.semimeta.cli.PrepareCommand;
import io.semimeta.cli.options.ToPath;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/** Spark in the test's own JVM. */
public final class LocalSpark implements AutoCloseable {
  private final SparkSession session;

  /** Starts it. */
  public LocalSpark(String master) {
    this(master, Map.of());
  }

  /** Starts it with more settings. */
  public LocalSpark(String master, Map<String, String> settings) {
    SparkConf conf =
        new SparkConf().setMaster(master).setAppName("test").set("spark.ui.enabled", "false");
    settings.forEach(conf::set);
    session = SparkSession.builder().config(conf).getOrCreate();
  }

  public SparkSession session() {
    return session;
  }

  public JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Runs {@code prepare} and reads the manifest back. */
  public DatasetManifest prepare(Path output, List<String> args) throws IOException {
    return prepare(output.toUri(), args);
  }

  /** The same, on any file system. */
  public DatasetManifest prepare(URI output, List<String> args) throws IOException {
    PrepareCommand command = new PrepareCommand();
    CommandLine line = new CommandLine(command);
    line.registerConverter(org.apache.hadoop.fs.Path.class, new ToPath());
    line.setOut(new PrintWriter(Writer.nullWriter()));
    line.parseArgs(args.toArray(String[]::new));
    command.call();
    return ManifestFile.read(output, context().hadoopConfiguration());
  }

  @Override
  public void close() {
    session.stop();
  }
}
