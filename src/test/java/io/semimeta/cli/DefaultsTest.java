package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.plan.DataRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.TrainingRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** The command line's defaults are those of the requests. */
class DefaultsTest {
  private static final TrainingRequest PLAIN =
      TrainingRequest.of(
          DataRequest.of("data"), ScheduleRequest.ofSteps(9), RunRequest.to("output"));

  private static TrainingRequest request(String... more) {
    List<String> line = new ArrayList<>(List.of("train", "--data=data", "--output=output"));
    line.add("--total-steps=9");
    line.addAll(List.of(more));
    ParseResult train = SemiMeta.commandLine().parseArgs(line.toArray(String[]::new)).subcommand();
    return ((TrainCommand) train.commandSpec().userObject()).request();
  }

  @Test
  void aLineWithoutChoicesIsARequestWithoutChoices() {
    assertEquals(PLAIN, request());
  }

  /** The alpha of --mix-up is the demonstration's and the benchmark's. */
  @Test
  void mixUpIsOneChoice() {
    assertEquals(PLAIN.withMethod(PLAIN.method().withMixUpAlpha(1)), request("--mix-up"));
  }
}
