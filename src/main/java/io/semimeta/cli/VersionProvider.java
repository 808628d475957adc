package io.semimeta.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the versions that the jar was built with. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = VersionProvider.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    }
    return new String[] {
      "semimeta " + versions.getProperty("semimeta"),
      "Spark    "
          + versions.getProperty("spark")
          + " (Scala "
          + versions.getProperty("scala")
          + ")",
      "libtorch " + versions.getProperty("libtorch")
    };
  }
}
