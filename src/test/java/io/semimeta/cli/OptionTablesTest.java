package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.OptionSpec;

/** The tables of options in the documents have each option of a command, with its default. */
class OptionTablesTest {
  private static final String HEAD = "| option | default |";
  private static final String OWN_HEAD = "| of its own | default |";
  private static final Pattern ROW = Pattern.compile("\\| (`-.*?) \\| (.*?) \\| .*\\|");
  private static final Pattern NAME = Pattern.compile("`(-[-a-zA-Z0-9]+)");

  /** How an option says it whose default depends on others. */
  private static final Pattern TOLD = Pattern.compile("(?:%n|\\R) {2}Default: (\\S+)");

  private static final String NONE = "–";

  @ParameterizedTest
  @CsvSource({
    "train,training.md",
    "prepare,data.md",
    "predict,predict.md",
    "plot-features,figures.md",
    "compare,compare.md",
    "report,report.md"
  })
  void aTableHasEachOptionAndItsDefault(String command, String document) throws IOException {
    assertEquals(lines(ofCommand(command)), lines(ofDocument(Path.of("docs", document), HEAD)));
  }

  /** All but those of train, which have their table. */
  @Test
  void ablatesTableHasItsOwnOptions() throws IOException {
    Map<String, String> own = ofCommand("ablate");
    own.keySet().removeAll(ofCommand("train").keySet());
    assertEquals(lines(own), lines(ofDocument(Path.of("docs", "compare.md"), OWN_HEAD)));
  }

  private static String lines(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + ": " + option.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> ofDocument(Path document, String head) throws IOException {
    Map<String, String> options = new TreeMap<>();
    boolean isTable = false;
    for (String line : Files.readAllLines(document)) {
      isTable = line.startsWith(head) || (isTable && line.startsWith("|"));
      Matcher row = ROW.matcher(line);
      if (isTable && row.matches()) {
        String names =
            NAME.matcher(row.group(1))
                .results()
                .map(name -> name.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        assertEquals(null, options.put(names, row.group(2)), names + " has two rows");
      }
    }
    return options;
  }

  private static Map<String, String> ofCommand(String command) {
    Map<String, String> options = new TreeMap<>();
    for (OptionSpec option :
        SemiMeta.commandLine().getSubcommands().get(command).getCommandSpec().options()) {
      TreeSet<String> names = new TreeSet<>(Arrays.asList(option.names()));
      if (option.negatable()) {
        names.add(option.longestName().replace("--", "--no-"));
      }
      if (!option.hidden() && !option.usageHelp() && !option.versionHelp()) {
        options.put(String.join(" ", names), defaultOf(option));
      }
    }
    return options;
  }

  /** As the help prints it. */
  private static String defaultOf(OptionSpec option) {
    if (option.required()) {
      return "required";
    }
    Matcher told = TOLD.matcher(String.join("%n", option.description()));
    if (told.find()) {
      return told.group(1);
    }
    boolean isShown = option.showDefaultValue() != Visibility.NEVER;
    return isShown && option.defaultValue() != null ? option.defaultValue() : NONE;
  }
}
