package io.semimeta.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunComparisonTest {
  @TempDir private Path folder;
  private LeftRuns left;

  @BeforeEach
  void inAFolder() {
    left = new LeftRuns(folder);
  }

  private static RunComparison compare(Path... folders) throws IOException {
    List<String> remarks = new ArrayList<>();
    List<ComparedRun> runs =
        RunFolders.read(
            Stream.of(folders).map(one -> new org.apache.hadoop.fs.Path(one.toString())).toList(),
            new Configuration(),
            remarks);
    return RunComparison.of(runs, remarks);
  }

  private String refusal(Path... folders) {
    return assertThrows(UserError.class, () -> compare(folders)).getMessage();
  }

  private static List<String> names(RunComparison comparison) {
    return comparison.groups().stream().map(RunGroup::name).toList();
  }

  /** An ablation's output: two rows, three draws, of which one row lacks the last. */
  private void twoRows() throws IOException {
    for (long seed : new long[] {2, 10, 0}) {
      left.run(
          "all/seed-" + seed + "/labels-only",
          seed,
          0.4 + seed / 100.0,
          null,
          "--method",
          "supervised");
    }
    left.run("all/seed-0/both", 0, 0.35, null);
    left.run("all/seed-2/both", 2, 0.36, null);
  }

  @Test
  void runsThatDifferInSeedAloneAreAGroup() throws IOException {
    twoRows();
    RunComparison comparison = compare(folder.resolve("all"));
    assertEquals(ErrorKind.TEST, comparison.errors());
    assertEquals(List.of("both", "labels-only"), names(comparison));
    RunGroup labels = comparison.groups().get(1);
    assertEquals(Map.of("--method", "supervised"), labels.options());
    assertEquals(List.of("0", "2", "10"), labels.runs().stream().map(ComparedRun::seed).toList());
    assertEquals(List.of(0.4, 0.4 + 0.02, 0.4 + 0.1), labels.sample().values());
    assertEquals(64, labels.meanSeconds());
    assertEquals(List.of(), comparison.remarks());
  }

  @Test
  void differencesAreOfDrawsThatBothHave() throws IOException {
    twoRows();
    PairedDifference difference = compare(folder.resolve("all")).differences().get(0);
    assertEquals("both", difference.first());
    assertEquals("labels-only", difference.second());
    assertEquals(List.of("0", "2"), difference.seeds());
    assertEquals(0.05, difference.differences().values().get(0), 1e-12);
    assertEquals(0.06, difference.differences().values().get(1), 1e-12);
  }

  /** With the same seed, but other labels drawn, or other images. */
  @Test
  void otherLabelsOrDataDoNotPair() throws IOException {
    RunComparison labels =
        compare(
            left.run("a", 1, 0.5, null, "--num-label", "40"),
            left.run("b", 1, 0.4, null, "--num-label", "80", "labelled images", "more"));
    assertEquals(2, labels.groups().size());
    assertEquals(List.of(), labels.differences());
    RunComparison data =
        compare(
            left.run("c", 1, 0.5, null), left.run("d", 1, 0.4, null, "--data (contents)", "d2"));
    assertEquals(List.of(), data.differences());
    assertEquals(
        List.of("The runs are of 2 data sets: their errors are of different images."),
        data.remarks());
  }

  /** Two lists of labelled images are two groups, though their seeds are the same. */
  @Test
  void labelsThatDoNotFollowFromTheSeedTellGroupsApart() throws IOException {
    RunComparison comparison =
        compare(left.run("a", 1, 0.5, null), left.run("b", 1, 0.4, null, "labelled images", "x"));
    assertEquals(List.of("a", "b"), names(comparison));
    assertEquals(Map.of("labelled images", "x"), comparison.groups().get(1).options());
  }

  @Test
  void groupsWithoutANameOfTheirOwnAreNamedByTheirOptions() throws IOException {
    RunComparison comparison =
        compare(
            left.run("x/out", 1, 0.5, null),
            left.run("y/out", 1, 0.4, null, "--method", "supervised"));
    assertEquals(List.of("1: --method semimeta", "2: --method supervised"), names(comparison));
  }

  @Test
  void testAndValidationErrorsAreNeverMixed() throws IOException {
    Path both = left.run("both", 1, 0.5, 0.3);
    Path test = left.run("test", 2, 0.4, null, "--lr", "1");
    Path validation = left.run("valid", 3, null, 0.2, "--lr", "2");
    assertEquals(ErrorKind.TEST, compare(both, test).errors());

    RunComparison all = compare(both, validation);
    assertEquals(ErrorKind.VALIDATION, all.errors());
    assertEquals(List.of(0.3), all.groups().get(0).sample().values());
    assertEquals(
        List.of(
            "Errors are those on validation images, which all runs have: no test error was"
                + " measured for "
                + validation
                + "."),
        all.remarks());

    RunComparison some = compare(test, validation);
    assertEquals(ErrorKind.TEST, some.errors());
    assertEquals(List.of(), some.groups().get(1).sample().values());
    assertTrue(some.remarks().get(0).startsWith("No test error was measured for "));
    assertEquals(List.of(), some.differences());
  }

  @Test
  void theErrorAtTheLastStepIsATestErrorWhereTrainingMeasuredThose() throws IOException {
    Path run = left.run("old", 1, null, null);
    String json = Files.readString(run.resolve("result.json"));
    Files.writeString(
        run.resolve("result.json"),
        json.replace("\"evaluated_on\":\"none\"", "\"evaluated_on\":\"test\",\"last_error\":0.25"));
    assertEquals(List.of(0.25), compare(run).groups().get(0).sample().values());
  }

  @Test
  void unfinishedRunsAreLeftOutAndTold() throws IOException {
    twoRows();
    Path begun = Files.createDirectories(folder.resolve("all/seed-3/both/checkpoints"));
    RunComparison comparison = compare(folder.resolve("all"));
    assertEquals(1, comparison.remarks().size());
    assertTrue(comparison.remarks().get(0).matches("Not finished, hence left out: seed-3/both\\."));
    assertTrue(
        refusal(begun.getParent())
            .endsWith(
                "seed-3/both: no run in it is finished: there is no result.json; go on with it"
                    + " first"));
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    assertTrue(refusal(folder.resolve("none")).endsWith("no such file or folder"));
    assertTrue(
        refusal(folder).endsWith(": is no run and holds none; name the output of train or ablate"));
    Path run = left.run("a", 1, 0.5, null);
    assertTrue(
        refusal(run.resolve("result.json"))
            .endsWith("result.json: is a file; name the output of a run"));
    assertTrue(refusal(run, folder).endsWith("/a: is there twice"));
    Path same = left.run("b", 1, 0.5, null);
    assertTrue(
        refusal(run, same)
            .endsWith("/b are the same run: the same options and seed 1; give one of them"));
    assertTrue(refusal(left.run("bare", 1, null, null)).contains("no error was measured"));
    Files.writeString(run.resolve("result.json"), "{\"step\":1}");
    assertTrue(refusal(run).endsWith("a/result.json: is no result of a run"));
  }

  @Test
  void aRunThatEndedEarlyIsNoneOfItsGroup() throws IOException {
    Path whole = left.run("whole", 1, 0.5, null);
    Path cut = left.run("cut", 2, 0.6, null);
    String json = Files.readString(cut.resolve("result.json"));
    Files.writeString(cut.resolve("result.json"), json.replace("\"step\":1000", "\"step\":10"));
    RunComparison comparison = compare(whole, cut);
    assertEquals(List.of("whole", "cut"), names(comparison));
    assertEquals(Map.of("--stop-at", "10"), comparison.groups().get(1).options());
  }
}
