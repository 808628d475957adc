package io.semimeta.benchmark;

import java.io.IOException;
import java.util.Map;

/** Times work of one network in this process, without Spark. */
public interface NetworkBenchmark {
  /**
   * Refuses what cannot be timed.
   *
   * @throws io.semimeta.UserError naming the option
   */
  void requireFit();

  /**
   * Does the work and returns the figures by their names, in the order in which people read them.
   *
   * @throws io.semimeta.UserError where the other program does not tell its seconds
   */
  Map<String, Object> run() throws IOException;
}
