package io.semimeta.cli;

import picocli.CommandLine.Command;

/**
 * The command {@code semimeta benchmark} times what its sub-command names; without one it times the
 * engines.
 */
@Command(
    name = "benchmark",
    description =
        "Time a step, engines, the loader, prepare or predictions; without a command, engines.",
    subcommands = {
      NetworkBenchmarkCommand.Step.class,
      BenchmarkCommand.Engines.class,
      LoaderBenchmarkCommand.class,
      PrepareBenchmarkCommand.class,
      NetworkBenchmarkCommand.Predict.class
    })
final class BenchmarkCommand extends EngineBenchmarkCommand {

  /** The command {@code semimeta benchmark engines} times a training step under each engine. */
  @Command(
      name = "engines",
      description = "Seconds a step of SemiMeta under each engine, on two executors.")
  static final class Engines extends EngineBenchmarkCommand {}

  /** The name that {@code semimeta benchmark loader} had before it was a sub-command. */
  @Command(name = "benchmark-loader", hidden = true)
  static final class Loader extends LoaderBenchmarkCommand {}
}
