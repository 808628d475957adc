package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.plan.DataRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.TrainingRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command line's defaults are those of the requests. */
class DefaultsTest {
  private static TrainingRequest request(String... options) {
    List<String> line = new ArrayList<>(List.of("train"));
    line.addAll(List.of(options));
    CommandLine train =
        SemiMeta.commandLine()
            .parseArgs(line.toArray(String[]::new))
            .subcommand()
            .commandSpec()
            .commandLine();
    return ((TrainCommand) train.getCommand()).request();
  }

  @Test
  void aLineWithoutChoicesIsARequestWithoutChoices() {
    assertEquals(
        TrainingRequest.of(
            DataRequest.of("data"), ScheduleRequest.ofSteps(9), RunRequest.to("output")),
        request("--data", "data", "--output", "output", "--total-steps", "9"));
  }

  /** The alpha of --mix-up is the demonstration's and the benchmark's. */
  @Test
  void mixUpIsOneChoice() {
    TrainingRequest plain =
        TrainingRequest.of(
            DataRequest.of("data"), ScheduleRequest.ofSteps(9), RunRequest.to("output"));
    assertEquals(
        plain.withMethod(plain.method().withMixUp(1)),
        request("--data", "data", "--output", "output", "--total-steps", "9", "--mix-up"));
  }
}
