package io.semimeta.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Represents one of the program's commands, which prints results and warns. */
abstract class ProgramCommand implements Callable<Integer>, Checked {
  @Spec private CommandSpec spec;

  final CommandSpec spec() {
    return spec;
  }

  /** Returns where the command's results go. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final void warn(String line) {
    spec.commandLine().getErr().println("semimeta: " + line);
  }
}
