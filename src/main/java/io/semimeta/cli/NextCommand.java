package io.semimeta.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;

/** Commands that the user may give next, which run as they stand. */
final class NextCommand {
  /** Holds how the user began the line, where {@code bin/semimeta} submitted it. */
  static final String VARIABLE = "SEMIMETA_COMMAND";

  private NextCommand() {}

  /** One of this program's, for the shell that started this run. */
  static String of(String... words) {
    return of(System.getenv(), new SparkConf(), words);
  }

  static String of(Map<String, String> environment, SparkConf conf, String... words) {
    List<String> line = new ArrayList<>(List.of(program(environment, conf)));
    Arrays.stream(words).map(SubmittedLine::quoted).forEach(line::add);
    return String.join(" ", line);
  }

  private static String program(Map<String, String> environment, SparkConf conf) {
    String begun = environment.get(VARIABLE);
    String[] jars = conf.get("spark.jars", "").split(",", -1);
    boolean elsewhere = "cluster".equals(conf.get("spark.submit.deployMode", ""));
    if (begun != null || elsewhere || jars[0].isEmpty()) {
      return begun == null ? "bin/semimeta" : begun;
    }
    return SubmittedLine.of(
        List.of(
            "spark-submit",
            "--master",
            conf.get("spark.master"),
            "--class",
            SemiMeta.class.getName(),
            jars[0].replaceFirst("^file:(//)?(?=/)", "")));
  }
}
