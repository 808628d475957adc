package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelBalance;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.Normalise;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ImageNet's recipe on a few real photographs of all sizes, on two executors. */
class PhotographsIT {
  private static final String DATA = System.getProperty("semimeta.imagenet", "");
  private static final int CLASSES = 4;
  private static final long STEPS = 10;
  private static final long HALF = 5;

  @TempDir private Path folder;

  @Test
  void photographsOfAllSizesAreTrainedOn() throws IOException {
    Path source = Path.of(DATA, "train");
    assumeTrue(
        !DATA.isEmpty() && Files.isDirectory(source),
        "skipped: -Dsemimeta.imagenet=DIR names no folder with ImageNet's train/<wnid>/*.JPEG");
    int images = copyIntoClasses(source);
    Map<String, String> settings =
        Map.of(
            "spark.executor.extraClassPath",
            System.getProperty("semimeta.jar"),
            "spark.executor.memory",
            "1536m",
            "spark.task.reaper.enabled",
            "true");
    try (LocalSpark spark = new LocalSpark("local-cluster[2,1,1536]", settings)) {
      DatasetManifest manifest = prepare(spark);
      assertEquals(0, manifest.height(), "sizes differ");
      int test = Math.toIntExact(manifest.splits().get("test").records());
      assertEquals(images, test + manifest.splits().get("train").records());

      TrainingJob job = job(spark, "whole", false);
      assertEquals(TrainingPlan.Loader.STREAM, job.plan().loader());
      TrainingResult result = job.run(new TrainingListeners(List.of()));
      assertEquals(
          List.of(HALF, STEPS), result.validations().stream().map(Validation::step).toList());
      assertEquals(test, result.validations().get(1).examples());

      Path resumed = folder.resolve("resumed");
      FileUtils.copyDirectory(folder.resolve("whole").toFile(), resumed.toFile());
      Path last = resumed.resolve(String.format(Locale.ROOT, "checkpoints/step-%08d", STEPS));
      FileUtils.deleteDirectory(last.toFile());
      job(spark, "resumed", true).run(new TrainingListeners(List.of()));
      Checkpoints.assertSame(folder.resolve("whole"), resumed, STEPS, "resumed");
      assertEvaluatesAlike(spark, result.validations().get(1));
    }
  }

  /** Each photograph is of a class of its own: labels for the test's sake. */
  private int copyIntoClasses(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      List<Path> images = files.filter(Files::isRegularFile).sorted().toList();
      for (int i = 0; i < images.size(); i++) {
        Path own = Files.createDirectories(folder.resolve("in/class" + i % CLASSES));
        Files.copy(images.get(i), own.resolve(images.get(i).getFileName()));
      }
      return images.size();
    }
  }

  private DatasetManifest prepare(LocalSpark spark) throws IOException {
    Path data = folder.resolve("data");
    return spark.prepare(
        data,
        List.of(
            "--format",
            "image-folder",
            "--input",
            folder.resolve("in").toString(),
            "--output",
            data.toString(),
            "--test-fraction",
            "0.2"));
  }

  private TrainingJob job(LocalSpark spark, String output, boolean resume) throws IOException {
    DataRequest data =
        new DataRequest(
            folder.resolve("data").toString(),
            OptionalInt.of(24),
            Optional.empty(),
            0,
            LabelBalance.EQUAL,
            OptionalInt.of(224),
            Optional.empty());
    TrainingRequest request =
        new TestRequest(data, folder.resolve(output).toString(), STEPS)
            .batchSize(4)
            .network(new NetworkRequest("resnet18", 1, Optional.empty(), Normalise.DATA, true))
            .cosine()
            .resume(resume ? RunRequest.Resume.YES : RunRequest.Resume.NO)
            .checkpointEvery(HALF)
            .build();
    return new TrainingJob(
        spark.session(),
        request,
        new EngineOptions(EngineKind.BARRIER, 0, Duration.ofMinutes(3), Duration.ofMinutes(5)));
  }

  private void assertEvaluatesAlike(LocalSpark spark, Validation last) throws IOException {
    Evaluation evaluation =
        EvaluateJob.run(
            spark.session(),
            new EvaluateRequest(
                new org.apache.hadoop.fs.Path(folder.resolve("whole").toUri()),
                new org.apache.hadoop.fs.Path(folder.resolve("data").toUri()),
                "test",
                Optional.empty(),
                Optional.empty()));
    assertEquals(last.examples(), evaluation.examples());
    assertTrue(last.top1Error() > 0);
    assertEquals(last.top1Error(), evaluation.top1Error(), 1e-12);
    assertEquals(last.top5Error(), evaluation.top5Error(), 1e-12);
  }
}
