package io.semimeta;

import java.util.Optional;

/** Tells where the log of this process is, if it has a file of its own. */
public final class LogFile {
  /** This system property holds the file's path; {@code conf/log4j2.properties} reads it too. */
  public static final String PROPERTY = "semimeta.log";

  private LogFile() {}

  /** Returns the file's path. */
  public static Optional<String> path() {
    return Optional.ofNullable(System.getProperty(PROPERTY));
  }
}
