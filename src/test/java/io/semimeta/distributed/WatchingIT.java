package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.HeardLog;
import io.semimeta.console.HeardJobs;
import io.semimeta.console.HeardJobs.Job;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a run on two executors: in Prometheus, in Spark's UI, in the log. */
class WatchingIT {
  private static final long STEPS = 300;
  private static final String PATH = "/metrics/prometheus";
  private static final Pattern GAUGE =
      Pattern.compile("metrics_my_run_driver_semimeta_(\\w+)_Value\\{.*} (\\S+)");
  private static final Set<String> FIGURES =
      Set.of("loss", "images_per_second", "allreduce_seconds", "loader_wait_seconds");

  @TempDir private static Path folder;
  private static SparkSession session;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    String sink = "spark.metrics.conf.*.sink.prometheusServlet.";
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("WatchingIT")
            .set("spark.ui.port", "0")
            .set(sink + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
            .set(sink + "path", PATH)
            .set("spark.metrics.namespace", "my_run")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
            .set("spark.executor.memory", "1024m")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.task.reaper.enabled", "true");
    session = SparkSession.builder().config(conf).getOrCreate();
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static TrainingResult train(Path output, int maxRestarts, TrainingListener... listeners)
      throws IOException {
    TrainingRequest request = TestRequest.onSample(output, STEPS).build();
    return new TrainingJob(session, request, RecoveryIT.options(maxRestarts))
        .run(new TrainingListeners(List.of(listeners)));
  }

  /** What Prometheus would read now, by the names of ours. */
  private static Map<String, Double> scrape() {
    try {
      HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
      URI address = URI.create(session.sparkContext().uiWebUrl().get() + PATH + "/");
      String text =
          client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
      assertTrue(text.contains("_driver_jvm_") || text.contains("_driver_BlockManager_"), text);
      Map<String, Double> gauges = new TreeMap<>();
      for (Matcher matcher = GAUGE.matcher(text); matcher.find(); ) {
        gauges.put(matcher.group(1), Double.valueOf(matcher.group(2)));
      }
      return gauges;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Scrapes before the first figures have come, and after the last step. */
  private static final class Scraping implements TrainingListener {
    private Map<String, Double> first;
    private Map<String, Double> last;

    @Override
    public void onStep(long step) {
      if (first == null) {
        first = scrape();
      }
      if (step == STEPS) {
        last = scrape();
      }
    }
  }

  @Test
  void aRunThatLosesAnExecutor() throws IOException {
    Path output = folder.resolve("killed");
    Scraping scraping = new Scraping();
    List<Job> jobs;
    spark.setJobGroup("mine", "my own", false);
    try (HeardJobs heard = new HeardJobs(spark)) {
      TrainingResult result = train(output, 1, RecoveryIT.killAt(20), scraping);
      assertEquals(1, result.restarts());
      spark.parallelize(List.of(1), 1).count();
      jobs = heard.all();
    } finally {
      spark.clearJobGroup();
    }

    assertEquals(0.0, scraping.first.get("restarts"));
    assertTrue(scraping.first.get("step") >= 1, scraping.first + "");
    assertEquals(1.0, scraping.last.get("restarts"));
    assertEquals((double) STEPS, scraping.last.get("step"));
    assertEquals(FIGURES.size() + 2, scraping.last.size(), scraping.last + "");
    JsonNode row = lastRow(output);
    for (String figure : FIGURES) {
      assertEquals(row.get(figure).asDouble(), scraping.last.get(figure), 1e-6, figure);
    }
    assertEquals(Map.of(), scrape(), "they go with the run");
    assertNames(jobs, "semimeta train file:" + output);
  }

  /** The last figures of training. */
  private static JsonNode lastRow(Path output) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.get("kind").asText().equals("train")) {
        rows.add(row);
      }
    }
    JsonNode last = rows.get(rows.size() - 1);
    assertEquals(STEPS, last.get("step").asLong());
    return last;
  }

  private static void assertNames(List<Job> jobs, String group) {
    assertEquals(4, jobs.size(), jobs + "");
    String headers = "read record headers of train";
    assertEquals(new Job(group, headers, Set.of(headers)), jobs.get(0));
    for (int attempt = 1; attempt <= 2; attempt++) {
      Job job = jobs.get(attempt);
      String prefix = group + ", attempt " + attempt + " at 20";
      assertTrue(job.group().startsWith(prefix), job + "");
      String description = "train convlarge, steps \\d+ to " + STEPS + ", attempt " + attempt;
      assertTrue(job.description().matches(description), job + "");
      assertEquals(Set.of(job.description()), job.stages());
    }
    assertTrue(jobs.get(1).description().contains(" steps 0 to "));
    assertEquals("mine", jobs.get(3).group());
    assertEquals("my own", jobs.get(3).description());
    assertTrue(jobs.get(3).stages().iterator().next().startsWith("count at WatchingIT.java"));
  }

  @Test
  void aRankThatIsHeldUpIsNamed() throws IOException {
    List<String> lines;
    try (HeardLog log = new HeardLog(Stragglers.class);
        HeldUpRank held = new HeldUpRank(session.sparkContext(), 1)) {
      train(folder.resolve("held-up"), 0, held);
      lines = log.lines();
    }
    assertFalse(lines.isEmpty());
    String line =
        "WARN rank 1 on (localhost|127\\.0\\.0\\.1) is slow: \\S+ s a step where the median is \\S+"
            + " s \\(loading \\S+ s\\)";
    assertTrue(lines.get(0).matches(line), lines + "");
    assertEquals(1, lines.size(), "once, whatever the run's length: " + lines);
  }
}
