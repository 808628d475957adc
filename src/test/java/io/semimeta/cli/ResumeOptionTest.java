package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.cli.line.ArgumentFiles;
import io.semimeta.cli.line.SubmitOptions;
import io.semimeta.plan.RunRequest.Resume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code --resume}, whose value may be left out wherever it stands. */
class ResumeOptionTest {
  @TempDir private Path folder;

  private static ParseResult parse(String... words) {
    List<String> line = new ArrayList<>(List.of("train", "--data", "d", "--output", "o"));
    line.addAll(List.of(words));
    SubmitOptions options = SubmitOptions.parse(ArgumentFiles.expand(line));
    return SemiMeta.commandLine()
        .setExpandAtFiles(false)
        .parseArgs(options.commandArguments().toArray(String[]::new))
        .subcommand();
  }

  private static Object resume(String... words) {
    return parse(words).commandSpec().findOption("--resume").getValue();
  }

  @Test
  void theValueMayBeLeftOut() {
    assertNull(resume());
    assertEquals(Resume.YES, resume("--resume"));
    assertEquals(Resume.AUTO, resume("--resume", "auto"));
    assertEquals(Resume.AUTO, resume("--resume=auto"));
    assertEquals(Resume.AUTO, resume("--resume", "--resume", "auto"), "the last counts");
    assertEquals(Resume.YES, resume("--resume", "auto", "--resume"), "the last counts");
  }

  @Test
  void theNextOptionIsNoValue() {
    ParseResult parsed = parse("--resume", "--stop-at", "5", "-a", "resnet18");
    assertEquals(Resume.YES, parsed.commandSpec().findOption("--resume").getValue());
    assertEquals(5L, parsed.commandSpec().findOption("--stop-at").<Long>getValue());
    assertEquals(Resume.YES, resume("--resume", "-a", "resnet18"));
    assertEquals(Resume.YES, resume("--resume", "--master", "local"), "spark-submit's own");
    assertEquals(Resume.AUTO, resume("--resume", "auto", "--stop-at", "5"));
  }

  @Test
  void recipesMayHoldIt() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.args"), "--resume\n--stop-at 5\n");
    ParseResult parsed = parse("@" + recipe, "--flip");
    assertEquals(Resume.YES, parsed.commandSpec().findOption("--resume").getValue());
    assertEquals(5L, parsed.commandSpec().findOption("--stop-at").<Long>getValue());
    Files.writeString(recipe, "# begins or goes on\n--resume auto\n");
    assertEquals(Resume.AUTO, resume("@" + recipe, "--stop-at", "5"));
    Files.writeString(recipe, "--resume\n");
    assertEquals(Resume.YES, resume("@" + recipe));
  }

  @Test
  void anotherValueIsRefused() {
    for (String[] words : new String[][] {{"--resume", "yes"}, {"--resume=maybe"}}) {
      ParameterException failure = assertThrows(ParameterException.class, () -> resume(words));
      String line = UserError.messageIn(failure).orElse(failure.getMessage());
      assertTrue(line.contains("--resume") && line.contains("auto"), line);
    }
  }
}
