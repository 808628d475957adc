package io.semimeta.training;

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
  private final String output;
  private final long steps;
  private int batchSize = 8;
  private NetworkRequest network = new NetworkRequest("convlarge", 0.05);
  private MethodPlan method = TestPlans.SEMIMETA;
  private ScheduleRequest.Kind schedule = ScheduleRequest.Kind.STEP;
  private List<Long> milestones = List.of();
  private double learningRate = 0.05;
  private int workers = 2;
  private RunRequest.Resume resume = RunRequest.Resume.NO;
  private OptionalLong stopAt = OptionalLong.empty();
  private OptionalLong checkpointEvery = OptionalLong.empty();
  private OptionalLong validateEvery = OptionalLong.empty();
  private long logEvery = 10;

  /** A run of so many steps. */
  public TestRequest(DataRequest data, String output, long steps) {
    this.data = data;
    this.output = output;
    this.steps = steps;
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

  public TestRequest method(MethodPlan plan) {
    method = plan;
    return this;
  }

  public TestRequest cosine() {
    schedule = ScheduleRequest.Kind.COSINE;
    return this;
  }

  public TestRequest milestone(long step) {
    milestones = List.of(step);
    return this;
  }

  public TestRequest learningRate(double rate) {
    learningRate = rate;
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
    resume = how;
    return this;
  }

  public TestRequest stopAt(long step) {
    stopAt = OptionalLong.of(step);
    return this;
  }

  public TestRequest checkpointEvery(long steps) {
    checkpointEvery = OptionalLong.of(steps);
    return this;
  }

  public TestRequest validateEvery(long steps) {
    validateEvery = OptionalLong.of(steps);
    return this;
  }

  public TestRequest logEvery(long steps) {
    logEvery = steps;
    return this;
  }

  /** The request as it stands. */
  public TrainingRequest build() {
    OptionalLong none = OptionalLong.empty();
    return new TrainingRequest(
        data,
        batchSize,
        2,
        true,
        5,
        network,
        "cpu",
        method,
        new ScheduleRequest(
            schedule,
            OptionalLong.of(steps),
            none,
            5,
            none,
            milestones,
            0.1,
            learningRate,
            method.weight()),
        0.9,
        1e-4,
        workers,
        new RunRequest(output, resume, stopAt, checkpointEvery, validateEvery, logEvery, 2));
  }
}
