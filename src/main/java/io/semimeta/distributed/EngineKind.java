package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.cluster.SparkSettings;
import io.semimeta.data.RankRecords;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;

/**
 * Describes a way to distribute training, which the user chooses by name. The jar may hold others
 * than {@link BarrierEngine}; they are found as services.
 */
public interface EngineKind {
  /** This engine is the default. */
  String BARRIER = "barrier";

  String BIGDL = "bigdl";

  /** Returns the name as the user writes it. */
  String name();

  /**
   * Returns the settings that the application must have; they are made where the user has none.
   *
   * @param conf the user's settings
   * @throws UserError where a setting is missing that only the user can know
   */
  Map<String, String> settings(SparkSettings conf);

  /** Tells whether the ranks have connections of their own, which Spark does not encrypt. */
  default boolean hasOwnTraffic() {
    return false;
  }

  /**
   * Refuses what this engine cannot do.
   *
   * @throws UserError naming the option
   */
  void require(TrainingPlan plan, int ranks);

  /**
   * Makes the engine of one run.
   *
   * @param records the ranks' records, one partition a rank
   * @param listener hears on the driver of the run's steps, metrics and validations
   * @param stop the request by which the run ends early
   */
  TrainingEngine create(
      JavaRDD<RankRecords> records,
      EngineOptions options,
      TrainingListener listener,
      StopSignal stop);

  /**
   * Returns the engine of the given name.
   *
   * @throws UserError where there is no such engine
   */
  static EngineKind named(String name) {
    if (name.equals(BARRIER)) {
      return BarrierEngine.KIND;
    }
    for (EngineKind kind : ServiceLoader.load(EngineKind.class)) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new UserError(
        name.equals(BIGDL)
            ? "--engine bigdl: this jar was built without BigDL; run bin/install-bigdl, then repeat"
                + " the command"
            : "--engine %s: must be %s or %s".formatted(name, BARRIER, BIGDL));
  }

  /**
   * Refuses an application that somebody else started without what this engine needs.
   *
   * @throws UserError naming the settings
   */
  default void requireSet(SparkConf conf) {
    Map<String, String> missing = missing(conf);
    if (!missing.isEmpty()) {
      throw new UserError(
          "--engine %s: the Spark application was started without %s; set it"
              .formatted(name(), missing));
    }
  }

  /** Finds the settings to add to a configuration, like {@link #missing(SparkSettings)}. */
  default Map<String, String> missing(SparkConf conf) {
    return missing(SparkSettings.of(conf));
  }

  /**
   * Returns the settings to add to the user's.
   *
   * @throws UserError where the user has set one of them to something else
   */
  default Map<String, String> missing(SparkSettings conf) {
    Map<String, String> missing = new TreeMap<>();
    for (Map.Entry<String, String> setting : settings(conf).entrySet()) {
      String now = conf.get(setting.getKey(), setting.getValue());
      if (!now.equals(setting.getValue())) {
        throw new UserError(
            "%s=%s: --engine %s needs %s; leave the setting out"
                .formatted(setting.getKey(), now, name(), setting.getValue()));
      }
      if (!conf.contains(setting.getKey())) {
        missing.put(setting.getKey(), setting.getValue());
      }
    }
    return missing;
  }
}
