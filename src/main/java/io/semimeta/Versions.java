package io.semimeta;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this program was built from and with.
 *
 * @param semimeta its own version
 * @param spark Spark's
 * @param scala Scala's, two digits
 * @param libtorch that of libtorch and its Java API
 */
public record Versions(String semimeta, String spark, String scala, String libtorch) {

  /** The versions of the running program. */
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
