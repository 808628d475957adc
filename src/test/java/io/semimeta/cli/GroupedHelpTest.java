package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

class GroupedHelpTest {
  private static CommandLine command(String name) {
    CommandLine command = SemiMeta.commandLine();
    for (String word : name.split(" ", -1)) {
      command = command.getSubcommands().get(word);
    }
    return command;
  }

  private static String help(String name) {
    return command(name).getUsageMessage(Ansi.OFF);
  }

  private static List<String> headings(String help) {
    return help.lines().filter(line -> line.matches("[A-Z][a-z ]+")).toList();
  }

  /** The text below a heading, up to the next. */
  private static String below(String help, String heading) {
    return help.split("(?m)^" + heading + "$", 2)[1].split("\n\n", 2)[0];
  }

  @Test
  void trainsOptionsStandInGroups() {
    String help = help("train");
    assertEquals(
        List.of(
            "Data and labels",
            "Network",
            "Method",
            "Schedule and optimizer",
            "Run and output",
            "Cluster",
            "Help",
            "Example"),
        headings(help));
    assertTrue(below(help, "Data and labels").contains("--num-label"));
    assertTrue(below(help, "Network").contains("--sync-batch-norm"));
    assertTrue(below(help, "Cluster").contains("--workers=N"));
    assertTrue(below(help, "Cluster").contains("--cores-per-worker"));
    assertTrue(below(help, "Cluster").contains("Default: 1"));
    assertTrue(below(help, "Help").contains("-h, --help"));
  }

  @Test
  void aGroupMayBeInterrupted() {
    String help = help("prepare");
    assertEquals(
        List.of("Input", "Output", "Images", "Split and labels", "Help", "Example"),
        headings(help));
    assertTrue(below(help, "Input").contains("--class-names"));
    assertTrue(below(help, "Output").contains("--max-bad"));
    assertTrue(below(help, "Split and labels").contains("--seed"));
  }

  /** Those that each run of an ablation has of its own are not offered. */
  @Test
  void ablateOffersTheOptionsOfTrain() {
    String help = help("ablate");
    assertEquals(
        List.of(
            "Ablation",
            "Data and labels",
            "Network",
            "Method",
            "Schedule and optimizer",
            "Run and output",
            "Cluster",
            "Help",
            "Example"),
        headings(help));
    assertTrue(below(help, "Ablation").contains("--rows=ROW,ROW"));
    assertTrue(below(help, "Method").contains("--alpha"));
    assertTrue(below(help, "Run and output").contains("compare.html"));
    for (String own : List.of("--method", "--mix-up", "--seed=", "--resume")) {
      assertFalse(help.contains(own), own);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prepare",
        "train",
        "ablate",
        "compare",
        "evaluate",
        "predict",
        "report",
        "demo",
        "benchmark",
        "benchmark step",
        "benchmark engines",
        "benchmark loader",
        "benchmark prepare",
        "benchmark predict",
        "benchmark-loader"
      })
  void noOptionIsLostOrRepeated(String name) {
    List<String> described =
        help(name)
            .split("\nExample\n", 2)[0]
            .lines()
            .filter(line -> line.matches(" {1,6}-.*"))
            .map(line -> line.strip().split("[ =,]|\\[=", 2)[0])
            .sorted()
            .toList();
    List<String> all =
        command(name).getCommandSpec().options().stream()
            .filter(option -> !option.hidden())
            .map(GroupedHelpTest::first)
            .sorted()
            .toList();
    assertEquals(all, described);
  }

  /** The name by which picocli's list begins. */
  private static String first(OptionSpec option) {
    String name = option.shortestName();
    return option.negatable() ? name.replaceFirst("--", "--[no-]") : name;
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "train", "ablate", "compare", "evaluate", "report"})
  void theExampleIsALineThatTheProgramTakes(String name) {
    String example =
        Arrays.stream(command(name).getCommandSpec().usageMessage().footer())
            .map(line -> line.strip().replaceFirst("\\\\$", ""))
            .collect(Collectors.joining(" "));
    List<String> words = new ArrayList<>(List.of(example.split("\\s+")));
    assertEquals("bin/semimeta", words.remove(0));
    assertEquals(name, words.get(0));
    SemiMeta.commandLine().parseArgs(words.toArray(String[]::new));
  }
}
