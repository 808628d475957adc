package io.semimeta.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes {@code OUTPUT/result.json}, which says what came out of a run that has ended. */
public final class ResultFile {
  public static final String FILE_NAME = "result.json";
  private static final JsonMapper JSON = new JsonMapper();

  private ResultFile() {}

  /** Adds numbers to a result that has been written. */
  public static void add(Path output, Configuration conf, Map<String, ? extends Number> numbers)
      throws IOException {
    Path file = new Path(output, FILE_NAME);
    try (InputStream in = FileReading.open(WholeFile.fileSystem(file, conf), file)) {
      ObjectNode result = (ObjectNode) JSON.readTree(in);
      numbers.forEach((name, number) -> result.putPOJO(name, number));
      write(output, conf, result);
    }
  }

  /**
   * Reads the result of a run that has ended; empty where there is none, or one that is cut short.
   */
  public static Optional<ObjectNode> read(Path output, Configuration conf) throws IOException {
    Path file = new Path(output, FILE_NAME);
    FileSystem fs = WholeFile.fileSystem(file, conf);
    if (!fs.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = FileReading.open(fs, file)) {
      return JSON.readTree(in) instanceof ObjectNode result
          ? Optional.of(result)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // the file is cut short, or somebody else's
    }
  }

  /** Tells whether the result of a run that ended after this step is there. */
  public static boolean tellsOf(long step, Path output, Configuration conf) throws IOException {
    return read(output, conf).filter(one -> one.path("step").asLong(-1) == step).isPresent();
  }

  /** Writes the result, indented for people, in place of an earlier one. */
  public static void write(Path output, Configuration conf, ObjectNode result) throws IOException {
    String json = result.toPrettyString() + "\n";
    WholeFile.replace(new Path(output, FILE_NAME), conf, json.getBytes(StandardCharsets.UTF_8));
  }
}
