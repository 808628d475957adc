package io.semimeta.plan;

import io.semimeta.loader.BatchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The request for a small run, of which a test says what matters to it: by default a narrow
 * convlarge learns by SemiMeta on two ranks' CPUs, under a step schedule without milestones.
 */
public final class TestRequest {
  /** Prepared images of clothes, 10 classes. */
  public static final String SAMPLE = "data-prep/fashion-mnist/sample";

  private final DataRequest data;
  private int batchSize = 8;
  private NetworkRequest network = new NetworkRequest("convlarge", 0.05);
  private StepOptions method = TestPlans.SEMIMETA;
  private int workers = 2;
  private ScheduleRequest schedule;
  private RunRequest run;

  /** A run of so many steps. */
  public TestRequest(DataRequest data, String output, long steps) {
    this.data = data;
    this.schedule =
        ScheduleRequest.ofSteps(steps)
            .withKind(ScheduleRequest.Kind.STEP)
            .withWarmup(5)
            .withLearningRate(0.05);
    this.run = RunRequest.to(output).withLogEvery(10).withKeep(2);
  }

  /** On 40 labelled images of {@link #SAMPLE}, with 40 more set aside. */
  public static TestRequest onSample(Path output, long steps) {
    return new TestRequest(DataRequest.drawn(SAMPLE, 40, 40), output.toString(), steps);
  }

  public TestRequest batchSize(int images) {
    batchSize = images;
    return this;
  }

  public TestRequest network(NetworkRequest request) {
    network = request;
    return this;
  }

  public TestRequest method(StepOptions plan) {
    method = plan;
    return this;
  }

  public TestRequest cosine() {
    schedule = schedule.withKind(ScheduleRequest.Kind.COSINE);
    return this;
  }

  public TestRequest milestone(long step) {
    schedule = schedule.withMilestones(List.of(step));
    return this;
  }

  public TestRequest learningRate(double rate) {
    schedule = schedule.withLearningRate(rate);
    return this;
  }

  public TestRequest workers(int ranks) {
    workers = ranks;
    return this;
  }

  /** Goes on from the output's last checkpoint. */
  public TestRequest resume() {
    return resume(RunRequest.Resume.YES);
  }

  public TestRequest resume(RunRequest.Resume how) {
    run = run.withResume(how);
    return this;
  }

  public TestRequest stopAt(long step) {
    run = run.withStopAt(OptionalLong.of(step));
    return this;
  }

  public TestRequest checkpointEvery(long steps) {
    run = run.withCheckpointEvery(OptionalLong.of(steps));
    return this;
  }

  public TestRequest validateEvery(long steps) {
    run = run.withValidateEvery(OptionalLong.of(steps));
    return this;
  }

  public TestRequest logEvery(long steps) {
    run = run.withLogEvery(steps);
    return this;
  }

  /** The request as it stands. */
  public TrainingRequest build() {
    return TrainingRequest.of(data, schedule, run)
        .withBatch(new BatchOptions(batchSize, 2, true))
        .withNetwork(network)
        .withMethod(method)
        .withDevice("cpu")
        .withSeed(5)
        .withWorkers(workers);
  }
}
