package io.semimeta.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import io.semimeta.training.metrics.ResultFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Holds what a {@code result.json} says; what an older one lacks is empty. Errors are shares in [0,
 * 1].
 *
 * @param step the number of updates made
 * @param totalSteps the schedule's length
 * @param bestStep the step of the lowest validation error, or the last
 * @param evaluatedOn {@code validation}, {@code test} or {@code none}
 * @param examples the images that the errors of training were measured on
 * @param lastError the error at the last step
 * @param bestError the lowest validation error
 * @param testExamples the labelled test images after a run with validation images
 * @param testError the error of the best step on them
 * @param seconds the seconds in the training loop
 * @param started when the last session began, as the file has it
 * @param finished when it ended
 * @param data the URI of the data set
 * @param command the line that began the run
 * @param versions the versions of programs
 * @param environment where the run was
 * @param options the options that decided the weights
 */
public record RunResult(
    OptionalLong step,
    OptionalLong totalSteps,
    OptionalLong bestStep,
    Optional<String> evaluatedOn,
    OptionalLong examples,
    OptionalDouble lastError,
    OptionalDouble bestError,
    OptionalLong testExamples,
    OptionalDouble testError,
    OptionalDouble seconds,
    Optional<String> started,
    Optional<String> finished,
    Optional<Path> data,
    Optional<String> command,
    Map<String, String> versions,
    Map<String, String> environment,
    RunOptions options) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Holds the error that a run is judged by.
   *
   * @param images what it was measured on: {@code test} or {@code validation}
   * @param error the share of them that the network got wrong
   * @param examples how many images they were
   * @param step the step of the weights
   */
  public record Headline(String images, double error, long examples, OptionalLong step) {
    /** Returns the number of images that the network got wrong. */
    public long wrong() {
      return Math.round(error * examples);
    }
  }

  /**
   * Reads a run's file.
   *
   * @param output the folder of the file
   * @return empty where there is none, as of a run that has not ended
   * @throws UserError naming the file, and the field that is wrong
   */
  public static Optional<RunResult> read(Path output, Configuration conf) {
    Path file = new Path(output, ResultFile.FILE_NAME);
    JsonNode json;
    try (InputStream in = FileReading.open(WholeFile.fileSystem(file, conf), file)) {
      json = JSON.readTree(in);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
      throw new UserError(file + place + ": not a run's result: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UserError("Cannot read " + file + ": " + FileReading.reason(e), e);
    }
    if (!json.isObject()) {
      throw new UserError(file + ": not a run's result: it is no JSON object");
    }
    return Optional.of(of(new Fields(file, json)));
  }

  private static RunResult of(Fields fields) {
    return new RunResult(
        fields.whole("step"),
        fields.whole("total_steps"),
        fields.whole("best_step"),
        fields.text("evaluated_on"),
        fields.whole("examples"),
        fields.number("last_error"),
        fields.number("best_error"),
        fields.whole("test_examples"),
        fields.number("test_error"),
        fields.number("training_seconds"),
        fields.text("started"),
        fields.text("finished"),
        fields.path("data"),
        fields.text("command"),
        fields.texts("versions"),
        fields.texts("environment"),
        RunOptions.of(fields.texts("options")));
  }

  /** Returns the error that the run is judged by: on test images, else on validation images. */
  public Optional<Headline> headline() {
    if (testError.isPresent() && testExamples.isPresent()) {
      return Optional.of(
          new Headline("test", testError.getAsDouble(), testExamples.getAsLong(), bestStep));
    }
    OptionalDouble own = bestError.isPresent() ? bestError : lastError;
    if (own.isEmpty() || examples.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong at = bestError.isPresent() ? bestStep : step;
    return Optional.of(
        new Headline(evaluatedOn.orElse("test"), own.getAsDouble(), examples.getAsLong(), at));
  }

  /** Reads fields, and names the one that is of the wrong kind. */
  private record Fields(Path file, JsonNode json) {
    private Optional<JsonNode> of(String name, String kind, Predicate<JsonNode> fits) {
      JsonNode value = json.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return Optional.empty();
      }
      if (!fits.test(value)) {
        throw new UserError(file + ": " + name + " is not " + kind);
      }
      return Optional.of(value);
    }

    OptionalLong whole(String name) {
      return of(name, "a whole number", JsonNode::isIntegralNumber).stream()
          .mapToLong(JsonNode::longValue)
          .findFirst();
    }

    OptionalDouble number(String name) {
      return of(name, "a number", JsonNode::isNumber).stream()
          .mapToDouble(JsonNode::doubleValue)
          .findFirst();
    }

    Optional<String> text(String name) {
      return of(name, "a text", JsonNode::isTextual).map(JsonNode::textValue);
    }

    Optional<Path> path(String name) {
      try {
        return text(name).map(Path::new);
      } catch (IllegalArgumentException e) {
        throw new UserError(file + ": " + name + " is not a path", e);
      }
    }

    Map<String, String> texts(String name) {
      Map<String, String> texts = new LinkedHashMap<>();
      of(name, "an object", JsonNode::isObject)
          .ifPresent(
              object ->
                  object
                      .properties()
                      .forEach(field -> texts.put(field.getKey(), field.getValue().asText())));
      return texts;
    }
  }
}
