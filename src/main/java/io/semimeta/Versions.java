package io.semimeta;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Holds the versions that this program was built from and with.
 *
 * @param semimeta this program's own version
 * @param spark the version of Spark
 * @param scala the version of Scala, in two parts such as {@code 2.12}
 * @param libtorch the version of libtorch and its Java API
 */
public record Versions(String semimeta, String spark, String scala, String libtorch) {

  /** Returns the versions of the running program. */
  public static Versions current() {
    Properties versions = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Versions(
        versions.getProperty("semimeta"),
        versions.getProperty("spark"),
        versions.getProperty("scala"),
        versions.getProperty("libtorch"));
  }
}
