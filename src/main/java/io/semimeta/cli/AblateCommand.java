package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.ablation.AblationJob;
import io.semimeta.ablation.AblationRequest;
import io.semimeta.ablation.AblationRun;
import io.semimeta.ablation.Row;
import io.semimeta.cli.options.Heading;
import io.semimeta.cli.options.TrainingOptions;
import io.semimeta.cli.summary.ComparisonReport;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cli.summary.TrainingReport;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.Resources;
import io.semimeta.comparison.ComparedRun;
import io.semimeta.comparison.NetworkComparisons;
import io.semimeta.comparison.RunComparison;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.TrainingCheck;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.files.DataFiles;
import io.semimeta.report.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The command {@code semimeta ablate} trains by several methods and draws, and compares them. */
@Command(
    name = "ablate",
    modelTransformer = AblateCommand.OwnOptions.class,
    customSynopsis = "semimeta ablate [@RECIPE] --data=URI --output=URI [OPTIONS]",
    description =
        "Train by each of the paper's methods and two controls, for several draws of the labels,"
            + " and compare the errors. The same command goes on where it was stopped.",
    footerHeading = "%nExample%n",
    footer = {
      "  bin/semimeta ablate --data data/images --output runs/ablation --seeds 0,1,2 --num-label 40"
          + " \\",
      "    --width 0.25 --batch-size 16 --total-steps 400 --schedule cosine --warmup 50 --workers 2"
    })
public final class AblateCommand extends ProgramCommand {
  private static final List<String> ROWS_OWN = List.of("--method", "--mix-up");

  @Heading("Ablation")
  @Option(
      names = "--seeds",
      paramLabel = "SEED,SEED",
      defaultValue = "0,1,2",
      description =
          "One draw of labels, weights and all else for each; each row is trained on all.")
  private String seeds;

  @Option(
      names = "--rows",
      paramLabel = "ROW,ROW",
      defaultValue = "labels-only,mixup-only,meta-only,both,labels-mixup,control",
      description =
          "Methods: the paper's labels-only; mixup-only, with predictions for targets; meta-only,"
              + " SemiMeta without mixup; both; and two controls: labels-mixup, labelled images"
              + " mixed alone; control, both without the correction.")
  private String rows;

  @Mixin private TrainingOptions options;

  /**
   * Takes out of the options of a training run those that each run of an ablation has of its own.
   */
  static final class OwnOptions implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      for (String name : List.of("--method", "--mix-up", "--seed", "--resume")) {
        OptionSpec option = command.findOption(name);
        command.remove(option);
        command.addOption(option.toBuilder().hidden(true).build());
      }
      OptionSpec output = command.findOption("--output");
      command.remove(output);
      return command.addOption(
          output.toBuilder()
              .description("Folder of the runs (seed-SEED/ROW), compare.html and compare.json.")
              .build());
    }
  }

  @Override
  public Optional<Resources> asked() {
    return Optional.of(options.workers.resources());
  }

  @Override
  public void checkOptions(Cluster cluster) {
    request().requireDifferentRows();
    for (AblationRun run : request().runs()) {
      TrainingCheck.requireSettings(run.request(), options.workers.engine(), cluster);
    }
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    AblationJob.requireFiles(request().runs(), conf);
  }

  @Override
  public boolean isDryRun() {
    return options.run.dryRun;
  }

  @Override
  public Optional<MemoryEstimate> memory(Configuration conf) {
    return request().runs().stream()
        .flatMap(run -> MemoryEstimate.of(run.request(), conf).stream())
        .max(Comparator.comparingLong(MemoryEstimate::total));
  }

  @Override
  public Integer call() throws IOException {
    Interruption interruption = Interruption.of(spec(), "no run had begun");
    List<AblationRun> runs = request().runs();
    SparkConf conf = new SparkConf();
    Cluster cluster = check(conf);
    remarks(runs.get(0));
    EngineKind.named(options.workers.engine().engine()).missing(cluster).forEach(conf::set);
    cluster.contradictions().forEach(this::warn);
    try (SparkSession spark = Sessions.start(Sessions.named("semimeta ablate", conf, isDryRun()))) {
      options.data.verify(spark);
      AblationJob job = new AblationJob(spark, options.workers.engine(), cluster, runs);
      if (isDryRun()) {
        look(job, runs, cluster);
        return 0;
      }
      AblationProgress progress =
          new AblationProgress(
              spec(), interruption, conf, options.workers::stopRequest, runs.size());
      if (!job.run(progress)) {
        progress.stopped();
        return interruption.status();
      }
      interruption.stopsNoMore("all runs are finished, and the same command compares them again");
      compare(spark, runs);
      return 0;
    }
  }

  private void remarks(AblationRun first) {
    List<String> left =
        ROWS_OWN.stream()
            .filter(name -> spec().commandLine().getParseResult().hasMatchedOption(name))
            .toList();
    if (!left.isEmpty()) {
      warn(String.join(" and ", left) + ": left out, for each row has its own");
    }
    first.request().schedule().remarks().forEach(this::warn);
  }

  /** Prints the table of all runs, and writes it and the page into the output. */
  private void compare(SparkSession spark, List<AblationRun> runs) throws IOException {
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    Path output = DataFiles.qualified(new Path(options.run.request().output()), conf);
    List<ComparedRun> all = new ArrayList<>();
    for (AblationRun run : runs) {
      all.add(
          new ComparedRun(
              run.name(), RunFiles.read("--output", new Path(output, run.name()), conf)));
    }
    RunComparison bare = RunComparison.of(all, List.of());
    Path data = new Path(options.data.request().data());
    RunComparison comparison = bare.with(NetworkComparisons.of(spark, bare.groups(), data));
    PrintWriter out = out();
    out.println();
    new ComparisonReport(out).print(comparison);
    Path page = new Path(output, "compare.html");
    CompareCommand.writePage("--output", page, comparison, conf);
    CompareCommand.writeJson("--output", new Path(output, "compare.json"), comparison, conf);
    out.printf("%npage             %s%n", ShownPath.of(page));
    out.flush();
  }

  /** Says what would be done. */
  private void look(AblationJob job, List<AblationRun> runs, Cluster cluster) throws IOException {
    PrintWriter out = out();
    TrainingReport report = new TrainingReport(out);
    for (int i = 0; i < runs.size(); i++) {
      TrainingJob training = job.training(runs.get(i));
      if (i == 0) {
        report.plan(training);
      }
      String state = Shown.format("goes on at step %,d", training.firstStep());
      if (job.isFinished(training)) {
        state = "is finished";
      } else if (training.firstStep() == 0) {
        state = "begins";
      }
      out.printf(
          "%-17s%s%n",
          "run", AblationProgress.name(i + 1, runs.size(), runs.get(i)) + ": " + state);
    }
    report.settings(cluster.describe());
  }

  AblationRequest request() {
    for (String name : List.of("--seed", "--resume")) {
      if (spec().commandLine().getParseResult().hasMatchedOption(name)) {
        throw new UserError(
            name.equals("--seed")
                ? "--seed: the draws of an ablation are given by --seeds"
                : "--resume: an ablation goes on by itself; leave it out");
      }
    }
    return new AblationRequest(
        options.request(), options.method.alpha(), Row.list("--rows", rows), seeds());
  }

  private List<Long> seeds() {
    List<Long> all = new ArrayList<>();
    for (String seed : seeds.split(",", -1)) {
      long number;
      try {
        number = Long.parseLong(seed.strip());
      } catch (NumberFormatException e) {
        throw new UserError("--seeds %s: must be whole numbers such as 0,1,2".formatted(seeds), e);
      }
      if (all.contains(number)) {
        throw new UserError("--seeds %s: %s is there twice".formatted(seeds, number));
      }
      all.add(number);
    }
    return all;
  }
}
