package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.RankRecords;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
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
   * @throws UserError where a setting is missing that only the user can know
   */
  default Map<String, String> settings(Cluster cluster) {
    return Map.of();
  }

  /** Tells whether the ranks have connections of their own, which Spark does not encrypt. */
  default boolean hasOwnTraffic() {
    return false;
  }

  /**
   * Refuses what this engine cannot do.
   *
   * @throws UserError naming the option
   */
  default void require(TrainingPlan plan, int ranks) {}

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
   * Refuses an application that somebody else started with settings under which this engine cannot
   * train, or without those that it needs.
   *
   * @param allowUnencrypted whether gradients may travel in the clear
   * @throws UserError naming all settings at fault
   */
  default void requireStarted(Cluster cluster, boolean allowUnencrypted) {
    List<String> faults = faults(cluster, allowUnencrypted);
    Map<String, String> missing = unset(cluster);
    if (!missing.isEmpty()) {
      faults.add(
          "--engine %s: the Spark application was started without %s; set it"
              .formatted(name(), missing));
    }
    UserError.refuse(faults);
  }

  /**
   * Refuses settings under which this engine cannot train, before the application starts.
   *
   * @param allowUnencrypted whether gradients may travel in the clear
   * @throws UserError naming all settings at fault
   */
  default void requireSettings(Cluster cluster, boolean allowUnencrypted) {
    UserError.refuse(faults(cluster, allowUnencrypted));
  }

  private List<String> faults(Cluster cluster, boolean allowUnencrypted) {
    List<String> faults = new ArrayList<>(cluster.faults());
    faults.addAll(contrary(cluster));
    if (hasOwnTraffic()) {
      faults.addAll(cluster.unencryptedFaults(allowUnencrypted));
    }
    return faults;
  }

  /**
   * Returns the settings to add to the user's.
   *
   * @throws UserError where the user has set some of them to something else
   */
  default Map<String, String> missing(Cluster cluster) {
    UserError.refuse(contrary(cluster));
    return unset(cluster);
  }

  private Map<String, String> unset(Cluster cluster) {
    Map<String, String> unset = new TreeMap<>(settings(cluster));
    unset.keySet().removeIf(cluster.conf()::contains);
    return unset;
  }

  /** Lists the settings that are other than this engine needs. */
  private List<String> contrary(Cluster cluster) {
    List<String> contrary = new ArrayList<>();
    settings(cluster)
        .forEach(
            (setting, needed) -> {
              String now = cluster.conf().get(setting, needed);
              if (!now.equals(needed)) {
                contrary.add(
                    "%s=%s: --engine %s needs %s; leave the setting out"
                        .formatted(setting, now, name(), needed));
              }
            });
    return contrary;
  }
}
