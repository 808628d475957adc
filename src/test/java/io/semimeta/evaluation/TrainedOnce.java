package io.semimeta.evaluation;

import io.semimeta.data.DatasetManifest;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.PngEncoder;
import io.semimeta.image.TestImages;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.source.TestSources;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A small data set of noise in its class's colours, and a small network trained on it. */
record TrainedOnce(Path data, Path output, DatasetManifest manifest) {
  static final int CLASSES = 7;
  static final int TRAIN = 10 * CLASSES;
  static final int UNLABELLED = 5;
  static final int TEST = 9 * CLASSES;
  static final int SIDE = 14;
  static final int STEPS = 150;

  static TrainedOnce make(LocalSpark spark, Path folder) throws IOException {
    for (int i = 0; i < TRAIN + TEST; i++) {
      String split = i < TRAIN ? "train" : "test";
      Path file =
          folder.resolve(
              String.format(Locale.ROOT, "in/%s/class %d/%03d.png", split, i % CLASSES, i));
      boolean misleads = split.equals("test") && i % 5 == 0; // or nothing would be quite wrong
      TestSources.file(file, image((misleads ? i + 3 : i) % CLASSES, i));
    }
    for (int i = 0; i < UNLABELLED; i++) {
      TestSources.file(
          folder.resolve("in/unlabelled/" + i + ", \"odd\".png"),
          TestImages.png(3, SIDE, SIDE, -1 - i));
    }
    Path data = folder.resolve("data");
    String in = folder.resolve("in").toString();
    DatasetManifest manifest =
        spark.prepare(
            data, List.of("--format", "image-folder", "--input", in, "--output", data.toString()));
    Path output = folder.resolve("run");
    new TrainingJob(spark.session(), request(data, output), patience())
        .run(new TrainingListener() {});
    return new TrainedOnce(data, output, manifest);
  }

  /** Noise, darker in the channels whose bit the class lacks: easily told apart. */
  private static byte[] image(int label, long seed) {
    DecodedImage noise = TestImages.random(3, SIDE, SIDE, seed);
    byte[] pixels = noise.pixels();
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / (SIDE * SIDE);
      if (((label + 1) >> channel & 1) == 0) {
        pixels[i] = (byte) ((pixels[i] & 0xff) / 4);
      }
    }
    return PngEncoder.encode(noise);
  }

  private static EngineOptions patience() {
    return new EngineOptions(
        EngineKind.BARRIER, 0, Duration.ofSeconds(120), Duration.ofSeconds(60));
  }

  /** On the labels alone; no validation images, so that the last step is the best. */
  private static TrainingRequest request(Path data, Path output) {
    DataRequest images = DataRequest.drawn(data.toString(), 4 * CLASSES, 0);
    ScheduleRequest schedule = ScheduleRequest.ofSteps(STEPS).withKind(ScheduleRequest.Kind.COSINE);
    RunRequest run =
        RunRequest.to(output.toString()).withCheckpointEvery(OptionalLong.of(20)).withKeep(2);
    return TrainingRequest.of(images, schedule, run)
        .withBatch(new BatchOptions(14, 0, false))
        .withNetwork(new NetworkRequest("convlarge", 0.05))
        .withMethod(StepOptions.defaults().withMethod(StepOptions.Method.SUPERVISED).withWeight(0))
        .withDevice("cpu")
        .withSeed(3);
  }
}
