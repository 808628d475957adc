package io.semimeta.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.page.Curve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page and the JSON of a comparison. */
class ComparisonPageTest {
  @TempDir private Path folder;

  private RunComparison comparison(String method) throws IOException {
    LeftRuns left = new LeftRuns(folder);
    for (int seed = 0; seed < 2; seed++) {
      LeftRuns.figures(
          left.run("seed-" + seed + "/both", seed, 0.3 + 0.02 * seed, null), 0.9, 0.5, 0.3);
      LeftRuns.figures(
          left.run("seed-" + seed + "/other", seed, 0.4, null, "--method", method), 0.9, 0.7);
    }
    List<String> remarks = new ArrayList<>();
    return RunComparison.of(
        RunFolders.read(
            List.of(new org.apache.hadoop.fs.Path(folder.toUri())), new Configuration(), remarks),
        remarks);
  }

  private String page(String method) throws IOException {
    return new String(ComparisonPage.of(comparison(method)), StandardCharsets.UTF_8);
  }

  @Test
  void thePageHasMeansDifferencesCurvesAndOptions() throws IOException {
    String page = page("supervised");
    for (String words :
        List.of(
            "4 runs in 2 groups",
            ">31.00 %<",
            "± 12.71, 2 draws",
            ">other − both<",
            ">+9.00<",
            "0: +10.00, 1: +8.00",
            "Error of validation while training",
            ">supervised<",
            "McNemar&apos;s test: networks were not compared")) {
      assertTrue(page.contains(words), words);
    }
    assertFalse(page.contains("<script"), "no script");
    assertEquals(4, page.split("class=\"thin\"", -1).length - 1, "single runs behind the means");
  }

  @Test
  void textIsText() throws IOException {
    String page = page("<script>alert(1)</script>");
    assertFalse(page.contains("<script"), "no markup of a name");
    assertTrue(page.contains("&lt;script&gt;alert(1)"));
  }

  @Test
  void theJsonHasWhatTheTablesHave() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ComparisonJson.of(comparison("supervised")));
    JsonNode both = json.get("groups").get(0);
    assertEquals("test", json.get("errors").asText());
    assertEquals("both", both.get("name").asText());
    assertEquals(2, both.get("error").get("n").asInt());
    assertEquals(0.31, both.get("error").get("mean").asDouble(), 1e-12);
    assertEquals(0.31 - 0.12706204736, both.get("error").get("interval").get(0).asDouble(), 1e-9);
    assertEquals("1", both.get("runs").get(1).get("seed").asText());
    assertEquals(0.32, both.get("runs").get(1).get("error").asDouble());
    JsonNode difference = json.get("paired_differences").get(0);
    assertEquals("other", difference.get("second").asText());
    assertEquals(0.09, difference.get("second_minus_first").get("mean").asDouble(), 1e-12);
    assertEquals(0, json.get("mcnemar").size());
    assertEquals(1, json.get("mcnemar_left_out").size());
  }

  /** A run that was validated more often has steps that the others lack. */
  @Test
  void aMeanIsOfTheStepsThatAllHave() {
    Curve mean =
        GroupCurve.mean(
            List.of(
                new Curve(new double[] {10, 20, 30}, new double[] {1, 2, 3}),
                new Curve(new double[] {10, 30}, new double[] {3, 5})));
    assertEquals(List.of(10.0, 30.0), list(mean.x()));
    assertEquals(List.of(2.0, 4.0), list(mean.y()));
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
