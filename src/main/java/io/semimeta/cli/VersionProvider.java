package io.semimeta.cli;

import io.semimeta.Versions;
import picocli.CommandLine.IVersionProvider;

/** Gives {@code --version} the versions that the jar was built with. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    Versions versions = Versions.current();
    return new String[] {
      "semimeta " + versions.semimeta(),
      "Spark    " + versions.spark() + " (Scala " + versions.scala() + ")",
      "libtorch " + versions.libtorch()
    };
  }
}
