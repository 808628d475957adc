package io.semimeta.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import io.semimeta.plan.TrainingPlan.Loader;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DataOptionsTest {
  private static Optional<Loader> loader(String word) {
    DataOptions options = new DataOptions();
    CommandLine.populateCommand(options, "--data", "data", "--loader", word);
    return options.request().loader();
  }

  @Test
  void theLoaderIsOneOfThreeWords() {
    assertEquals(Optional.empty(), loader("auto"));
    assertEquals(Optional.of(Loader.CACHE), loader("cache"));
    assertEquals(Optional.of(Loader.STREAM), loader("stream"));
    UserError error = assertThrows(UserError.class, () -> loader("disk"));
    assertEquals("--loader disk: must be auto, cache or stream", error.getMessage());
  }
}
