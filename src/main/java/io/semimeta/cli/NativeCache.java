package io.semimeta.cli;

import java.util.Properties;

/**
 * Where libtorch's and OpenCV's libraries are unpacked on YARN: in the container's own folder,
 * which goes when the container does. JavaCPP's own choice is the home of the user, whom containers
 * share and who may have none.
 */
final class NativeCache {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String EXECUTORS = "spark.executor.extraJavaOptions";

  /** Relative to the folder that a container starts in. */
  private static final String FOLDER = "natives";

  private NativeCache() {}

  /**
   * Makes it so, unless the user names a place.
   *
   * @param system this JVM's properties, with those that spark-submit was given; before any session
   */
  static void inContainers(Properties system) {
    if (!"yarn".equals(system.getProperty("spark.master"))) {
      return;
    }
    String options = system.getProperty(EXECUTORS, "");
    if (!options.contains(CACHE)) {
      system.setProperty(EXECUTORS, (options + " -D" + CACHE + "=" + FOLDER).strip());
    }
    if ("cluster".equals(system.getProperty("spark.submit.deployMode"))) {
      system.putIfAbsent(CACHE, FOLDER);
    }
  }
}
