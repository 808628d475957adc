package io.semimeta.cli.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubmitOptionsTest {

  private static SubmitOptions parse(String line) {
    return SubmitOptions.parse(List.of(line.split(" ")));
  }

  @Test
  void sparksOptionsMayStandAnywhere() {
    SubmitOptions line =
        parse("--master yarn train --verbose --lr 0.1 --queue=night -c a.b=c=d --supervise x");
    assertEquals(List.of("train", "--lr", "0.1", "x"), line.commandArguments());
    assertEquals(
        List.of(
            "--master",
            "yarn",
            "--verbose",
            "--queue",
            "night",
            "--conf",
            "a.b=c=d",
            "--supervise"),
        line.sparkArguments());
  }

  @Test
  void whatFollowsTwoDashesIsTheCommands() {
    SubmitOptions line = parse("train -- --master yarn");
    assertEquals(List.of("train", "--", "--master", "yarn"), line.commandArguments());
    assertEquals(List.of(), line.sparkArguments());
  }

  @Test
  void namesAreTakenWhole() {
    List<String> own = List.of("train", "--masters", "3", "--nam=x", "-v", "--class", "y");
    assertEquals(own, SubmitOptions.parse(own).commandArguments());
  }

  @Test
  void missingAndMalformedValuesAreTheUsersErrors() {
    assertThrows(UserError.class, () -> parse("train --driver-memory"));
    assertThrows(UserError.class, () -> parse("train --conf novalue"));
    assertThrows(UserError.class, () -> parse("train --conf =x"));
  }

  @Test
  void anOptionBeatsAConfAndTheLastConfWins() {
    SubmitOptions line =
        parse("--executor-memory 3g --conf spark.executor.memory=1g --conf a=1 -c a=2");
    assertEquals(Map.of("spark.executor.memory", "3g", "a", "2"), line.properties());
  }

  @Test
  void aPropertyIsReplacedHoweverItWasSet() {
    SubmitOptions line = parse("--master yarn --conf spark.master=local --name n");
    assertEquals(
        List.of("--name", "n", "--conf", "spark.master=local[2]"),
        line.with("spark.master", "local[2]").sparkArguments());
  }
}
